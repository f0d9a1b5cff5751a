import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { SessionCatalog } from '../../core/node/sessions/session-catalog.ts';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace, processState } from '../rig/cli.ts';

/** 100,000 with `npm run test:long`. */
const SESSIONS = Number(process.env.AGENT_TRACE_TEST_SESSIONS ?? 10_000);

describe.skipIf(process.platform === 'win32')(`in a store of ${SESSIONS} sessions`, () => {
  const workspace = new CliWorkspace();

  beforeAll(async () => {
    await ensureBuilt();
    for (let n = 0; n < SESSIONS; n++) {
      const folder = join(workspace.store, `s${n}`);
      mkdirSync(folder, { recursive: true });
      const times = `"started_at":${1_795_000_000 - n},"ended_at":1795000000`;
      writeFileSync(join(folder, 'meta.json'), `{"session_id":"s${n}","agent_name":"one of many",${times}}`);
    }
    workspace.writeRules({ name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' });
  }, 600_000);

  afterAll(() => workspace.dispose(), 600_000);

  it('the command line lists each', async () => {
    const { stdout, code } = await workspace.run('list', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(SESSIONS);
  }, 300_000);

  it('the watcher stops the agent of the one that lives', async () => {
    const agent = workspace.startSleeper();
    const watch = await workspace.watch();
    workspace.session('alive', agent.pid).call('Read', { file_path: '.env' });
    await waitFor('the agent to be paused', () => processState(agent.pid) === 'T');
    await watch.stop();
  }, 300_000);

  it('the extension lists each, and its host goes on meanwhile', async () => {
    const options = { runtimeDir: workspace.runtime, table: systemProcessTable(), prices: genaiPriceBook() };
    const catalog = new SessionCatalog({ ...options, store: workspace.store, now: () => 1_795_000_100 });
    let turns = 0;
    const beat = setInterval(() => turns++, 0);
    await catalog.look(new Set(['alive']));
    clearInterval(beat);
    expect(catalog.sessions).toHaveLength(SESSIONS);
    expect(turns).toBeGreaterThan(SESSIONS / 1000);
    catalog.close();
  }, 300_000);
});
