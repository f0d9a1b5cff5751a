import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { EDITOR_BUILD_TOOLS, EDITOR_NEWER, installEditor, isEditorInstalled } from '../editor/install.ts';
import { type EditorServer, startEditor } from '../editor/server.ts';
import { packVsix } from '../pack-vsix.ts';
import { installSystemTools } from '../system-tools.ts';
import type { DemoPlace } from './workspace.ts';

const VERSION = EDITOR_NEWER;

/** The file that the window shows first: the one that the agent works on most. */
const SHOWN_FILE = 'src/cart.js';

/** Installs what the editor needs from the system and from npm, and tells what takes long. */
export async function prepareEditor(): Promise<void> {
  if (isEditorInstalled(VERSION)) return;
  await installSystemTools(EDITOR_BUILD_TOOLS);
  console.log(`First use: installing VS Code ${VERSION} with its own Node from npm (0.9 GB, about a minute) ...`);
  const { node } = await installEditor(VERSION);
  console.log(`Installed in ${path.resolve(node, '../../../..')}; remove that folder to be rid of it.`);
}

export interface DemoEditor extends EditorServer {
  /** Opens the workspace and the file that the agent works on. */
  readonly address: string;
}

/** Starts the real editor on 127.0.0.1 with the packed extension; its address has a token that no one else knows. */
export async function startDemoEditor(place: DemoPlace): Promise<DemoEditor> {
  const vsix = path.join(place.home, 'agent-trace.vsix');
  await packVsix(vsix);
  const server = await startEditor({
    version: VERSION,
    workspace: place.workspace,
    extensions: [vsix],
    env: { AGENT_TRACE_RUNTIME_DIR: place.runtimeDir },
    token: randomBytes(12).toString('hex'),
    settings: {
      'editor.minimap.enabled': false,
      'workbench.colorTheme': 'Dark 2026',
      'window.autoDetectColorScheme': false,
    },
  });
  const file = `vscode-remote://127.0.0.1:${server.port}${path.join(place.workspace, SHOWN_FILE)}`;
  const address = `${server.url}&payload=${encodeURIComponent(JSON.stringify([['openFile', file]]))}`;
  return { ...server, address };
}
