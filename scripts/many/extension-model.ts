/**
 * The extension's model in a process of its own: `extension-model.ts STORE RUNTIME` prints the probe of each event that
 * the extension hears of. Beside that it does what the list of sessions and the status bar do when something changes: it
 * asks for the state of each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asRecord } from '../../core/common/json.ts';
import { Refresher } from '../../core/node/refresher.ts';
import { modelAlone } from '../bench/model-alone.ts';

const [store = '', runtimeDir = ''] = process.argv.slice(2);
const refresher = new Refresher(() => {
  for (const session of model.sessions) if (session.summary.process?.alive === false) throw new Error(session.id);
});
const model = modelAlone(store, runtimeDir, {
  onChange: (_, event) => {
    const probe = asRecord(event?.data['arguments'])?.['command'] ?? event?.data['text'];
    if (probe) process.stdout.write(`${probe}\n`);
    refresher.request();
  },
  onSessions: () => refresher.request(),
});
model.start();
while (model.sessions.some(({ readShare }) => readShare < 1)) await sleep(10);
process.stdout.write('watching \n');
