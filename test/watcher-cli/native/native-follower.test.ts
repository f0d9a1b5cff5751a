import { mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRedactor } from '../../../core/common/redact/redactor.ts';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { NativeFollower } from '../../../watcher-cli/native/native-follower.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import { transcriptOf, writeTranscript } from '../../rig/transcript.ts';

const ID = '00000000-0000-4000-8000-000000000001';
let workspace: CliWorkspace;
let follower: NativeFollower;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => {
  follower.close();
  workspace.dispose();
});

it.skipIf(process.platform !== 'linux')(
  'does not open a file again that it has let go of, for who learns of the end later',
  async () => {
    const home = workspace.path;
    const running = path.join(home, '.claude', 'sessions');
    const file = path.join(home, '.claude', 'projects', home.replace(/[^A-Za-z0-9]/g, '-'), `${ID}.jsonl`);
    for (const folder of [workspace.store, running]) mkdirSync(folder, { recursive: true });
    follower = new NativeFollower({
      store: workspace.store,
      workspace: home,
      env: { env: {}, home },
      redact: createRedactor([]),
      runtimeDir: path.join(home, 'run'),
      table: systemProcessTable(),
      now: () => Date.now() / 1000,
      onIssue: (message) => expect.fail(message),
    });
    follower.start();
    const said = path.join(running, `${process.pid}.json`);
    const procStart = systemProcessTable().read(process.pid)?.startTime;
    writeFileSync(said, JSON.stringify({ pid: process.pid, sessionId: ID, procStart, cwd: home }));
    writeTranscript(file, transcriptOf(ID, 'm', 2, { cwd: home }));
    await waitFor('the file to be read', () => isOpen(file));
    rmSync(said);
    await waitFor('the file to be let go of', () => !isOpen(file));
    follower.follow({ sessionId: ID, transcriptPath: file });
    expect(isOpen(file)).toBe(false);
  },
);

function isOpen(file: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file;
    } catch {
      // The one that the folder was read by.
      return false;
    }
  });
}
