/**
 * Asks the watcher of a store about a call, as a hook does, and prints the milliseconds from the question to the answer.
 * `ask-watcher RUNTIME-FOLDER STORE CALL`, bundled by `bench/answer-time.ts` for the Node that hooks run on.
 */
import type { PendingCall } from '../core/common/protocol/control.ts';
import type { hookEndpointFile, readEndpointFile } from '../core/node/control/endpoint-file.ts';
import { CodeCache } from '../watcher-cli/code-cache.ts';
import type { WatcherLine } from '../watcher-cli/hook/watcher-line.ts';

interface EndpointBundle {
  readonly hookEndpointFile: typeof hookEndpointFile;
  readonly readEndpointFile: typeof readEndpointFile;
}

interface LineBundle {
  readonly WatcherLine: typeof WatcherLine;
}

const DEADLINE_MS = 30_000;

async function ask([runtimeDir = '', store = '', call = '']: readonly string[]): Promise<void> {
  const bundles = new CodeCache(__dirname, '', require);
  const files = bundles.load<EndpointBundle>('endpoint-file.cjs');
  const { WatcherLine: Line } = bundles.load<LineBundle>('watcher-line.cjs');
  const calls = [JSON.parse(call) as PendingCall];
  // What sockets take to load is the hook's own time, which is measured with the rest of it.
  process.getBuiltinModule('node:net');
  const asked = performance.now();
  const endpoint = files.readEndpointFile(files.hookEndpointFile(runtimeDir, store), store);
  if (!endpoint) throw new Error(`no watcher of ${store}`);
  const verdict = await new Line(endpoint, calls).verdict(DEADLINE_MS);
  const took = performance.now() - asked;
  if (typeof verdict === 'string' || verdict.verdict !== 'allow') throw new Error(JSON.stringify(verdict));
  bundles.keep();
  process.stdout.write(String(took));
}

void ask(process.argv.slice(2)).then(() => process.exit(0));
