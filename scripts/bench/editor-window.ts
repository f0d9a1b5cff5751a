import { type Browser, openBrowser } from '../editor/browser.ts';
import { EDITOR_VERSIONS, type EditorVersion } from '../editor/install.ts';
import { type EditorServer, startEditor } from '../editor/server.ts';
import { waitFor } from '../wait-for.ts';

/** An editor with one extension and a window of it. */
export interface EditorWindow {
  readonly server: EditorServer;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** `extension`: path of its package; `runtimeDir`: the user's runtime folder for it. */
export async function openEditorWindow(
  version: EditorVersion,
  workspace: string,
  runtimeDir: string,
  extension: string,
): Promise<EditorWindow> {
  const env = { AGENT_TRACE_RUNTIME_DIR: runtimeDir };
  const server = await startEditor({ version, workspace, extensions: [extension], env });
  const browser = await openBrowser();
  await browser.page.goto(server.url);
  await browser.page.locator('.part.statusbar [id="status.host"]').waitFor({ timeout: 60_000 });
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  return { server, browser, close };
}

/** Throws when the benchmarks have no editor of this version. */
export function editorVersion(name: string): EditorVersion {
  const version = EDITOR_VERSIONS.find((known) => known === name);
  if (!version) throw new Error(`--editor takes ${EDITOR_VERSIONS.join(' or ')}, not ${name}`);
  return version;
}

/** Brings the event stream and the list of sessions in sight. */
export async function showViews({ browser: { page } }: EditorWindow): Promise<void> {
  for (const title of ['Agent Event Stream', 'Agent Sessions']) {
    const header = page.locator(`.pane-header[aria-label="${title} Section"]`);
    await header.waitFor({ timeout: 60_000 });
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }
  await page.locator('.pane', { hasText: 'Agent Sessions' }).locator('.monaco-list-row').first().waitFor();
}

/** Its pid, once it runs. */
export function extensionHost({ server }: EditorWindow): Promise<number> {
  return waitFor('the extension host', () => server.extensionHosts()[0]);
}
