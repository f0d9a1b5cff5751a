/// <reference lib="dom" />
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Frame, FrameLocator, Page } from 'playwright-core';
import { EDITOR_OLDER } from '../../../scripts/editor/install.ts';
import type { EditorServer } from '../../../scripts/editor/server.ts';
import { succeeds } from '../../../scripts/succeeds.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CodeHelp } from './code-help.ts';
import { Explorer } from './explorer.ts';
import { Notifications } from './notifications.ts';
import { Pane } from './pane.ts';
import { QuickInput } from './quick-input.ts';
import { StatusBar } from './status-bar.ts';
import { TextEditor } from './text-editor.ts';

/** Where pictures and logs are left for people to look at; not under version control. */
const ARTEFACTS = resolve(import.meta.dirname, '..', '..', 'artefacts');

const ACTION_DEADLINE_MS = 60_000;
const COMMAND_DEADLINE_MS = 3_000;

export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

/** The workbench's class, and the theme's identifier in the older and the newer editor. */
const THEMES: Record<Theme, { className: string; older: string; newer: string }> = {
  dark: { className: 'vs-dark', older: 'Default Dark Modern', newer: 'Dark 2026' },
  light: { className: 'vs', older: 'Default Light Modern', newer: 'Light 2026' },
  'high-contrast': { className: 'hc-black', older: 'Default High Contrast', newer: 'Default High Contrast' },
  'high-contrast-light': {
    className: 'hc-light',
    older: 'Default High Contrast Light',
    newer: 'Default High Contrast Light',
  },
};

/** One window of the editor, used as a person uses it. Each step waits until it can be done, and fails when it cannot. */
export class Workbench {
  readonly page: Page;
  readonly statusBar: StatusBar;
  readonly quickInput: QuickInput;
  readonly editor: TextEditor;
  readonly help: CodeHelp;
  readonly explorer: Explorer;
  readonly notifications: Notifications;
  private readonly server: EditorServer;

  constructor(page: Page, server: EditorServer) {
    this.page = page;
    this.server = server;
    this.statusBar = new StatusBar(page);
    this.quickInput = new QuickInput(page);
    this.editor = new TextEditor(page);
    this.help = new CodeHelp(page, this.editor, this.quickInput);
    this.explorer = new Explorer(page);
    this.notifications = new Notifications(page);
    page.setDefaultTimeout(ACTION_DEADLINE_MS);
  }

  /** Opens the server's workspace, or another folder or `.code-workspace` file, in this window. */
  async open(workspace?: string): Promise<void> {
    const address = workspace === undefined ? this.server.url : this.server.urlOf(workspace);
    await this.page.goto(address);
    await this.waitUntilReady();
    if (this.server.version === EDITOR_OLDER && new URL(address).searchParams.has('workspace'))
      await this.showFolders();
  }

  /** Reloads the window as its user does: the extensions are shut down and start anew. */
  async reload(): Promise<void> {
    const before = await this.page.evaluate(() => performance.timeOrigin);
    await this.runCommand('Developer: Reload Window');
    await waitFor('the window to reload', async () => {
      const now = await this.page.evaluate(() => performance.timeOrigin).catch(() => before);
      return now !== before;
    });
    await this.waitUntilReady();
  }

  /** Runs the command with exactly this title, category included: `Agent Trace: Pause`. */
  async runCommand(title: string): Promise<void> {
    // A palette that is open does not learn of commands that come with an extension meanwhile.
    await waitFor(
      `the command ${title}`,
      async () => {
        await this.quickInput.open(`>${title}`);
        if (await this.quickInput.offers(title, COMMAND_DEADLINE_MS)) return true;
        await this.quickInput.dismiss();
        return false;
      },
      ACTION_DEADLINE_MS,
    );
    await this.quickInput.pick(title);
  }

  /** Titles of the commands that the palette offers for this text. */
  async commands(text: string): Promise<readonly string[]> {
    await this.quickInput.open(`>${text}`);
    const items = await this.quickInput.items();
    await this.quickInput.dismiss();
    return items.map(({ label }) => label);
  }

  /** Opens a file by its absolute path, and goes to a line. */
  async openFile(path: string, line?: number): Promise<void> {
    await this.quickInput.open(line === undefined ? path : `${path}:${line}`);
    await this.quickInput.pick(basename(path));
    await waitFor(`an editor of ${path}`, async () => {
      const uri = await this.editor.element.getAttribute('data-uri');
      return uri?.endsWith(path);
    });
    await this.editor.element.locator('.view-line').first().waitFor();
  }

  async goToLine(line: number): Promise<void> {
    await this.quickInput.open(`:${line}`);
    await this.quickInput.input.press('Enter');
    await this.editor.element.locator('.line-numbers').getByText(`${line}`, { exact: true }).waitFor();
  }

  /** Opens the deep link `/session/1?event=2` of the extension `publisher.name`, and says yes when asked whether to. */
  async openUri(extension: string, path: string): Promise<void> {
    await this.runCommand('Developer: Open URL');
    await this.quickInput.answer(`code-oss://${extension}${path}`);
    await this.notifications.answerDialog('Open');
  }

  /** A view in a side bar. */
  pane(title: string): Pane {
    return new Pane(this.page, title);
  }

  /** The page of an extension's webview, which may come, go and come again. The extension is `publisher.name`. */
  webview(extension: string): FrameLocator {
    return this.page
      .frameLocator(`iframe.webview[src*="extensionId=${extension}&"]`)
      .frameLocator('iframe#active-frame');
  }

  /** The same page as it is now, for scripts that run in it. */
  async webviewFrame(extension: string): Promise<Frame> {
    const element = await this.webview(extension).owner().elementHandle();
    const frame = await element?.contentFrame();
    if (!frame) throw new Error(`${extension} shows no webview`);
    return frame;
  }

  async setTheme(theme: Theme): Promise<void> {
    const { className, older, newer } = THEMES[theme];
    await this.server.settings.change({ 'workbench.colorTheme': this.server.version === EDITOR_OLDER ? older : newer });
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }

  /** Trusts the workspace that was opened in restricted mode. */
  async grantTrust(): Promise<void> {
    await this.runCommand('Workspaces: Manage Workspace Trust');
    await this.page.locator('.workspace-trust-editor .monaco-button').getByText('Trust', { exact: true }).click();
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Leaves a picture among the artefacts; gives its path. */
  async screenshot(name: string): Promise<string> {
    await mkdir(ARTEFACTS, { recursive: true });
    const path = join(ARTEFACTS, `editor-${this.server.version}-${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** In a browser the older editor knows the folders of a `.code-workspace` file only when it opens it once more. */
  private async showFolders(): Promise<void> {
    const row = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    await waitFor('the folders of the workspace', async () => {
      await this.page.reload();
      await this.waitUntilReady();
      return succeeds(row.waitFor({ timeout: 5_000 }));
    });
  }

  private async waitUntilReady(): Promise<void> {
    // The entry for the remote machine is the editor's own and comes with the restored window.
    await this.page.locator('.part.statusbar [id="status.host"]').waitFor({ timeout: 60_000 });
  }
}
