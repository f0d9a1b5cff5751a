import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { HostMessage } from '../../core/common/protocol/panel.ts';
import type { FromPanelHost, Reading, ToPanelHost } from './panel-host-process.ts';
import { loadPanelPage, postToPage } from './panel-page.ts';

const PROGRAM = path.join(import.meta.dirname, 'panel-host-process.ts');

export interface OwnPanelHostOptions {
  /** Path of the store. */
  readonly store: string;
  /** Path of the user's runtime folder. */
  readonly runtimeDir: string;
  /** Of `startPanelServer`. */
  readonly url: string;
}

/** A `PanelHost` in a process of its own, for one page after the other. */
export class OwnPanelHost {
  private readonly options: OwnPanelHostOptions;
  private readonly child: ChildProcess = fork(PROGRAM, { execArgv: ['--expose-gc'] });
  private page: Page | undefined;
  private tell: (reading: Reading) => void = () => {};

  constructor(options: OwnPanelHostOptions) {
    this.options = options;
    this.child.on('message', (message: FromPanelHost) => {
      if (message.type === 'reading') this.tell(message.reading);
      else if (this.page) postToPage(this.page, message.message as HostMessage);
    });
  }

  /** A page that shows no session yet. Its model is new. */
  async open(page: Page): Promise<void> {
    const { store, runtimeDir, url } = this.options;
    this.page = page;
    this.send({ type: 'open', store, runtimeDir });
    await loadPanelPage(page, url, (message) => this.send({ type: 'receive', message }));
  }

  /** Shows a session, as when the user chooses it. */
  show(session: string): void {
    this.send({ type: 'show', session });
  }

  /** Call it before `show`; resolves when all of the session has been read. */
  measure(): Promise<Reading> {
    this.send({ type: 'measure' });
    return new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  /** The page is gone. */
  leave(): void {
    this.page = undefined;
    this.send({ type: 'close' });
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private send(message: ToPanelHost): void {
    this.child.send(message);
  }
}
