import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace, processState, StoredSessionWriter } from '../rig/cli.ts';
import { EVIL, HOSTILE, UNSAFE } from './corpus.ts';

beforeAll(ensureBuilt);

/** Of the watcher at its largest, kB; it takes a fifth of that with nothing to read. */
const MOST_MEMORY_KB = 500_000;

describe.skipIf(process.platform !== 'linux')('the watcher stops agents by the rules beside', () => {
  it.each(HOSTILE)('$name', async ({ make, goesOn }) => {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    workspace.writeRules({ name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' });
    mkdirSync(workspace.store);
    const [good, evil] = [workspace.startSleeper(), workspace.startSleeper()];
    const honest = workspace.session('good', good.pid);
    make(workspace.store);
    workspace.register(EVIL, evil.pid);
    const watch = await workspace.watch();
    honest.call('Read', { file_path: '.env' });
    // Also the session that the hostile lines are in.
    if (goesOn) new StoredSessionWriter(EVIL, path.join(workspace.store, EVIL)).call('Read', { file_path: '.env' });
    await waitFor(`the rule to act; ${watch.stderr}`, () => processState(good.pid) === 'T');
    if (goesOn) await waitFor(`the rule to act on both; ${watch.stderr}`, () => processState(evil.pid) === 'T');
    expect(peakMemoryKb(watch.child.pid ?? 0)).toBeLessThan(MOST_MEMORY_KB);
    expect(watch.ended).toBe(false);
    expect(await watch.stop()).toBe(130);
    expect(watch.stderr).not.toMatch(UNSAFE);
    expect(watch.stderr).not.toMatch(/^\s+at /m);
    expect(`${watch.stdout}${watch.stderr}`).not.toContain('SECRET');
    expect(watch.alerts.map(({ session_id }) => session_id)).toContain('good');
  });
});

function peakMemoryKb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}
