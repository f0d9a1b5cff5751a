import { computed, effect, signal } from '@preact/signals';
import { decodeHostMessage } from '../../core/common/protocol/decode-panel.ts';
import {
  PANEL_VERSION,
  type PageMessage,
  type PanelHeader,
  type SessionChoice,
} from '../../core/common/protocol/panel.ts';
import type { VsCodeApi } from '../host/vscode-api.ts';
import { Announcer } from './announcer.ts';
import { Clock } from './clock.ts';
import { decodePageState, encodePageState, type PageState } from './page-state.ts';
import { StreamState } from './stream-state.ts';

/** Scrolling changes the state with every frame; it is kept when that rests. Milliseconds. */
const SAVE_DELAY_MS = 200;
/** CSS pixels; in a view less high the stream needs the room. */
const ROOMY_HEIGHT = 560;

/** All that the page knows, and its line to the host. */
export class PanelState {
  readonly header = signal<PanelHeader | null>(null);
  readonly sessions = signal<readonly SessionChoice[]>([]);
  /** False until the host has spoken. */
  readonly connected = signal(false);
  readonly notice = signal<string | null>(null);
  readonly headerOpen = signal(true);
  readonly kindsOpen = signal(false);
  readonly clock = new Clock();
  readonly announcer = new Announcer();
  readonly stream: StreamState;
  /** Whether something of the session runs or waits, so that time passes on the page. */
  readonly ticking = computed(() => {
    const header = this.header.value;
    if (header && header.asked.length > 0) return true;
    if (!header || header.running.length === 0 || header.readShare < 1) return false;
    return header.phase === 'active' || header.phase === 'waiting';
  });

  private readonly api: VsCodeApi;
  private chosen: { headerOpen?: boolean; kindsOpen?: boolean } = {};
  private saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: VsCodeApi) {
    this.api = api;
    const restored = decodePageState(api.getState());
    this.headerOpen.value = restored?.headerOpen ?? window.innerHeight >= ROOMY_HEIGHT;
    this.kindsOpen.value = restored?.kindsOpen ?? false;
    if (restored) this.chosen = pickChosen(restored);
    this.stream = new StreamState((message) => this.post(message), restored);
    effect(() => this.clock.run(this.ticking.value));
    effect(() => {
      const { filter, following, active, version, total } = this.stream;
      // Read for their changes.
      void [filter.wanted.value, following.value, active.value, version.value, total.value];
      this.saveSoon();
    });
  }

  /** Hears the host and says that the page is there. */
  start(): void {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.receive(data));
    document.addEventListener('visibilitychange', () => this.save());
    window.addEventListener('pagehide', () => this.save());
    this.post({ type: 'ready', version: PANEL_VERSION });
  }

  post(message: PageMessage): void {
    this.api.postMessage(message);
  }

  toggleHeader(): void {
    this.headerOpen.value = !this.headerOpen.value;
    this.chosen.headerOpen = this.headerOpen.value;
    this.saveSoon();
  }

  toggleKinds(): void {
    this.kindsOpen.value = !this.kindsOpen.value;
    this.chosen.kindsOpen = this.kindsOpen.value;
    this.saveSoon();
  }

  /** To be called when the place of scrolling has changed. */
  saveSoon(): void {
    this.saveTimer ??= setTimeout(() => this.save(), SAVE_DELAY_MS);
  }

  private receive(data: unknown): void {
    const message = decodeHostMessage(data);
    switch (message?.type) {
      case 'state':
        this.connected.value = true;
        this.header.value = message.header;
        this.sessions.value = message.sessions;
        this.announcer.update(message.header, performance.now());
        return;
      case 'reset':
        this.stream.reset(message, this.header.peek()?.sessionId ?? '');
        return;
      case 'grown':
        this.stream.grown(message);
        return;
      case 'rows':
        this.stream.arrived(message);
        return;
      case 'detail':
        this.stream.detailed(message);
        return;
      case 'reveal':
        this.stream.reveal(message);
        return;
      case 'notice':
        this.notice.value = message.text;
        return;
      case undefined:
        return;
    }
  }

  private save(): void {
    clearTimeout(this.saveTimer);
    this.saveTimer = undefined;
    // Before the rows are there, what an earlier page left is still the truth.
    if (!this.stream.started.peek()) return;
    const { filter, following, active, anchor, layout, seenRows } = this.stream;
    this.api.setState(
      encodePageState({
        sessionId: this.header.peek()?.sessionId ?? '',
        filter: filter.wanted.peek(),
        following: following.peek(),
        anchor,
        active: active.peek(),
        open: layout.openRows.map(({ position, id, height }) => ({ position, id, height })),
        seen: seenRows,
        ...this.chosen,
      }),
    );
  }
}

function pickChosen({ headerOpen, kindsOpen }: PageState): { headerOpen?: boolean; kindsOpen?: boolean } {
  return { ...(headerOpen === undefined ? {} : { headerOpen }), ...(kindsOpen === undefined ? {} : { kindsOpen }) };
}
