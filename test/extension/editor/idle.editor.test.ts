import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writePastSessions } from '../../../scripts/bench/past-sessions.ts';
import { EDITOR_OLDER } from '../../../scripts/editor/install.ts';
import { runInHost } from '../../rig/editor/in-host.ts';
import { packExtension } from './packed-extension.ts';

const DEADLINE_MS = 10 * 60_000;

it(
  'sets no timer any more once it has shown a store of 200 past sessions, with both views in sight',
  async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'at-idle-')));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const workspace = join(folder, 'workspace');
    writePastSessions(join(workspace, 'prepared'), workspace, 200);
    const run = await runInHost({
      version: EDITOR_OLDER,
      workspace,
      extensions: [await packExtension(folder)],
      suite: join(import.meta.dirname, 'idle-suite.cjs'),
      env: { AGENT_TRACE_RUNTIME_DIR: join(folder, 'run') },
    });
    expect(run.output).toMatch(/quiet after \d+ timers/);
    expect(run.passed).toBe(true);
  },
  DEADLINE_MS,
);
