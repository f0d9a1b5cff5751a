import * as vscode from 'vscode';
import { errorText } from '../../core/common/error-text.ts';
import type { AskAnswer } from '../../core/common/protocol/control.ts';
import type { AskedCall } from '../../core/common/protocol/panel.ts';
import { askedCall } from '../../core/common/view/asked-call.ts';
import type { StoreModel } from '../model/store-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { noticeText } from '../notifications/notice-text.ts';
import { escapeIcons } from '../status/escape-icons.ts';
import type { Watchers } from '../watcher/watchers.ts';

export interface AnswersOptions {
  readonly model: TraceModel;
  readonly watchers: Watchers;
  readonly log: vscode.LogOutputChannel;
}

/** A call that waits, and where. */
export interface WaitingCall extends AskedCall {
  readonly store: StoreModel;
  readonly sessionId: string;
}

/** The call, where its event is known by then. */
export function nameOf({ call, reason }: AskedCall): string {
  return call || reason;
}

/** How an answer is named where it is given, and once it is. */
export const ANSWER_NAMES: Readonly<Record<AskAnswer, { readonly give: string; readonly given: string }>> = {
  once: { give: 'Allow Once', given: 'Allowed once' },
  deny: { give: 'Deny', given: 'Denied' },
  session: { give: 'Allow for This Session', given: 'Allowed for this session' },
};

const TOLD_MS = 5000;

/** Calls that wait for the user, and what is answered. Nothing counts as answered before the watcher says so. */
export class Answers implements vscode.Disposable {
  private readonly options: AnswersOptions;
  private readonly given = new Map<string, AskAnswer>();
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;

  /** A call has begun to wait, or waits no longer, or was answered. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(options: AnswersOptions) {
    this.options = options;
    this.listening = options.model.onDidChangeAsks(() => {
      const waiting = new Set(this.waiting.map(({ id }) => id));
      for (const id of this.given.keys()) if (!waiting.has(id)) this.given.delete(id);
      this.changeEmitter.fire();
    });
  }

  dispose(): void {
    this.listening.dispose();
    this.changeEmitter.dispose();
  }

  /** Of all folders, the oldest first. */
  get waiting(): readonly WaitingCall[] {
    return this.options.model.stores.flatMap((store) => this.in(store)).sort((a, b) => a.since - b.since);
  }

  /** Those of one store, the oldest first. */
  in(store: StoreModel): readonly WaitingCall[] {
    return store.asks.map((ask) => {
      const state = store.sessions.find(({ id }) => id === ask.session_id)?.state;
      const pending = this.given.get(ask.id) ?? null;
      return { ...askedCall(ask, state, pending), store, sessionId: ask.session_id };
    });
  }

  /** Gives the answer to the watcher and tells what came of it. Never rejects. */
  async give(call: WaitingCall, answer: AskAnswer): Promise<void> {
    const { watchers, log } = this.options;
    const name = nameOf(call);
    if (this.given.has(call.id)) return;
    this.given.set(call.id, answer);
    this.changeEmitter.fire();
    try {
      if (!vscode.workspace.isTrusted)
        throw new Error('the workspace is not trusted, so nothing is answered from here');
      const watcher = await watchers.find(call.store.path);
      if (!watcher) throw new Error('no watcher runs any more');
      await watcher.answer(call.id, answer);
      const text = `${ANSWER_NAMES[answer].given}: ${name}`;
      log.info(text);
      vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(text)}`, TOLD_MS);
    } catch (error) {
      this.given.delete(call.id);
      this.changeEmitter.fire();
      const text = noticeText(`${ANSWER_NAMES[answer].give}, ${name}: ${errorText(error)}`);
      log.error(text);
      void vscode.window.showErrorMessage(text);
    }
  }
}
