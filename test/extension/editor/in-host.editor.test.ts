import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { bundleInHostSuite } from '../../../scripts/in-host-suite.ts';
import { runInHost } from '../../rig/editor/in-host.ts';
import { INSTALL_MS } from './editor-window.ts';
import { packExtension } from './packed-extension.ts';

let folder: string;
let vsix: string;
let suite: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'at-in-host-'));
  suite = join(folder, 'suite.cjs');
  vsix = await packExtension(folder);
  await bundleInHostSuite(suite);
}, INSTALL_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(EDITOR_VERSIONS)(
  'the suite that runs in desktop editors passes in the extension host of VS Code %s',
  async (version) => {
    const workspace = join(folder, `workspace-${version}`);
    mkdirSync(workspace);
    const env = { AGENT_TRACE_RUNTIME_DIR: join(folder, `run-${version}`) };
    const { passed, output } = await runInHost({ version, workspace, extensions: [vsix], suite, env });
    expect(output).toContain('ok: the agent is stopped, continued and ended by commands');
    expect(output).not.toContain('FAILED');
    expect(passed).toBe(true);
  },
  INSTALL_MS,
);
