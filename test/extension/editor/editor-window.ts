import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { type Browser, openBrowser } from '../../../scripts/editor/browser.ts';
import { type EditorOptions, type EditorServer, startEditor } from '../../../scripts/editor/server.ts';
import { argumentsOf } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { CliWorkspace } from '../../rig/cli.ts';
import { EventPanel } from '../../rig/editor/event-panel.ts';
import type { StatusBarItem } from '../../rig/editor/status-bar.ts';
import { Workbench } from '../../rig/editor/workbench.ts';
import { packExtension } from './packed-extension.ts';

/** Time for one test or hook that may have to install an editor first. */
export const INSTALL_MS = 10 * 60_000;
const TEST_MS = 5 * 60_000;

/** High enough for the views below the files. */
const SIZE = { width: 1400, height: 1100 };

/** In which the editor shows a hover at the cursor; in a higher window of the older editor it does not. */
export const LOW = { width: 1400, height: 900 };

export interface WindowOptions extends Omit<EditorOptions, 'workspace' | 'extensions'> {
  /** Opened when it is another one than the folder of the workspace: a folder, or a `.code-workspace` file. */
  readonly open?: string;
  /** CSS pixels; high enough for the views below the files when left out. */
  readonly size?: typeof SIZE;
}

/** A real editor with the packed extension, and one window of it in a browser. */
export class EditorWindow {
  readonly server: EditorServer;
  readonly browser: Browser;
  readonly workbench: Workbench;
  readonly panel: EventPanel;
  private readonly isFirst: boolean;

  constructor(server: EditorServer, browser: Browser, isFirst = true) {
    this.server = server;
    this.isFirst = isFirst;
    this.browser = browser;
    this.workbench = new Workbench(browser.page, server);
    this.panel = new EventPanel(this.workbench);
  }

  /** The extension's entry in the status bar, once its text matches. Spaces are plain ones. */
  async status(match: RegExp): Promise<StatusBarItem> {
    let seen: string | undefined;
    return waitFor(`the status bar to match ${match}`, async () => {
      const item = await this.statusNow();
      seen = item?.text;
      return item && match.test(item.text) ? item : undefined;
    }).catch((error) => {
      throw new Error(`${error.message}; it is ${seen}`);
    });
  }

  /** Undefined while the extension shows none. */
  async statusNow(): Promise<StatusBarItem | undefined> {
    const items = await this.workbench.statusBar.items();
    const item = items.find(({ id }) => id.endsWith('agentTrace.status'));
    return item && { ...item, text: item.text.replaceAll('\u00a0', ' ') };
  }

  /** Pids of the watchers that were started from here. */
  watchers(): readonly number[] {
    return this.server.processes().flatMap(({ pid }) => (isWatcher(pid) ? [pid] : []));
  }

  /** The one watcher, once it runs. */
  watcher(): Promise<number> {
    return waitFor('the watcher of the extension', () => {
      const [pid, ...others] = this.watchers();
      return others.length === 0 && pid;
    });
  }

  /** One more window of the same editor, with a memory of its own. */
  async another(): Promise<EditorWindow> {
    const window = new EditorWindow(this.server, await openBrowser(SIZE), false);
    await window.workbench.open();
    return window;
  }

  /** The first window takes the editor with it. */
  async close(): Promise<void> {
    await this.browser.close();
    if (this.isFirst) await this.server.stop();
  }
}

/** To be called once in a test file: packs the extension before its tests, and gives what opens windows with it. */
export function usePackedExtension(): (workspace: CliWorkspace, options: WindowOptions) => Promise<EditorWindow> {
  // A window more, or one loaded anew, takes long on a shared machine.
  vi.setConfig({ testTimeout: TEST_MS });
  let folder: string | undefined;
  let vsix = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'at-vsix-'));
    vsix = await packExtension(folder);
  }, INSTALL_MS);
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return async (workspace, { open, size = SIZE, ...options }) => {
    const server = await startEditor({
      ...options,
      workspace: open ?? workspace.path,
      extensions: [vsix],
      env: { AGENT_TRACE_RUNTIME_DIR: workspace.runtime, ...options.env },
    });
    let browser: Browser | undefined;
    try {
      browser = await openBrowser(size);
      const window = new EditorWindow(server, browser);
      await window.workbench.open();
      return window;
    } catch (error) {
      await browser?.close();
      await server.stop();
      throw error;
    }
  };
}

function isWatcher(pid: number): boolean {
  const args = argumentsOf(pid);
  return args[args.findIndex((arg) => arg.endsWith('agent-trace.cjs')) + 1] === 'watch';
}
