import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { likelyAgents } from '../../../../core/node/process/likely-agents.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

/** A process of its own whose executable has this name, with a file open and at work in a folder. */
async function start(name: string, file: string, cwd: string): Promise<ChildProcess> {
  const executable = join(tempFolder(), name);
  copyFileSync('/bin/sleep', executable);
  const child = spawn(executable, ['60'], { cwd, stdio: [openSync(file, 'r'), 'ignore', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'spawn');
  await waitFor('the program', () => systemProcessTable().executable(child.pid ?? 0) === executable);
  return child;
}

describe.skipIf(process.platform !== 'linux')('agents that may run a session', () => {
  test('are those that have its file open, else those that work in its folder, and no other programs', async () => {
    const base = tempFolder();
    const [file, workspace, elsewhere] = [join(base, 'rollout.jsonl'), join(base, 'here'), join(base, 'there')];
    for (const folder of [workspace, elsewhere]) mkdirSync(folder);
    writeFileSync(file, '');
    const holder = await start('codex', file, elsewhere);
    const worker = await start('opencode', '/dev/null', workspace);
    await start('editor', file, workspace);
    const table = systemProcessTable();
    expect(likelyAgents(table, { file, workspace })).toEqual([{ pid: holder.pid, name: 'codex', holdsFile: true }]);
    expect(likelyAgents(table, { file: join(base, 'other'), workspace })).toEqual([
      { pid: worker.pid, name: 'opencode', holdsFile: false },
    ]);
    expect(likelyAgents(table, { file: undefined, workspace: undefined })).toEqual([]);
  });
});
