import * as vscode from 'vscode';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import { errorText } from '../../core/common/error-text.ts';
import type { BackTestHit } from '../../core/common/rules/back-test/report.ts';
import { isPerDay } from '../../core/common/rules/is-per-day.ts';
import type { PlacedRule } from '../../core/common/rules/reading/check-rules.ts';
import { localDay } from '../../core/node/local-day.ts';
import type { TraceModel } from '../model/trace-model.ts';

export interface SessionHitsOptions {
  readonly model: TraceModel;
  readonly prices: PriceBook;
  readonly onIssue: (message: string) => void;
}

interface Known {
  /** Of which version of the document and which session. */
  readonly key: string;
  /** Events the session had. */
  readonly events: number;
  readonly hits: ReadonlyMap<string, BackTestHit>;
  /** When it may be asked for again though only the session went on, ms. */
  readonly notBefore: number;
}

/** A session that goes on is played again after so many times as long as that takes. */
const SHARE = 20;

/**
 * What the rules of a document, as they stand in the editor, would have done to the session that is shown. Rules on the
 * day are left out: they hang on all other sessions, which are not read at each keystroke.
 */
export class SessionHits implements vscode.Disposable {
  private readonly options: SessionHitsOptions;
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private known = new WeakMap<vscode.TextDocument, Known>();
  private isRunning = false;

  readonly onDidChange = this.changeEmitter.event;

  constructor(options: SessionHitsOptions) {
    this.options = options;
  }

  dispose(): void {
    this.changeEmitter.dispose();
  }

  /** All is found out anew. */
  forget(): void {
    this.known = new WeakMap();
    this.changeEmitter.fire();
  }

  /** By name of the rule, as far as it is known; what is not is found out, and told by `onDidChange`. */
  of(document: vscode.TextDocument, rules: readonly PlacedRule[]): ReadonlyMap<string, BackTestHit> {
    const session = this.options.model.current;
    if (!session || rules.length === 0) return new Map();
    const key = `${document.version} ${session.id}`;
    const known = this.known.get(document);
    const isFresh = known?.key === key;
    const isOld = known?.events !== session.state.events && performance.now() >= (known?.notBefore ?? 0);
    if ((!isFresh || isOld) && !this.isRunning) {
      this.isRunning = true;
      this.find(document, rules, key)
        .catch((error: unknown) => this.options.onIssue(`cannot try the rules: ${errorText(error)}`))
        .finally(() => {
          this.isRunning = false;
        });
    }
    return isFresh ? known.hits : new Map();
  }

  private async find(document: vscode.TextDocument, placed: readonly PlacedRule[], key: string): Promise<void> {
    const { model, prices } = this.options;
    const session = model.current;
    if (!session) return;
    const { backTest } = await import('../../core/node/back-test/back-test.ts');
    const begun = performance.now();
    const events = session.state.events;
    const rules = placed.flatMap(({ rule }) => (isPerDay(rule) ? [] : [rule]));
    const policy = { rules, source: undefined };
    const report = await backTest({ store: session.store, session: session.id, policy, prices, dayOf: localDay });
    const hits = new Map(report.hits.map((hit) => [hit.rule, hit]));
    const ended = performance.now();
    this.known.set(document, { key, events, hits, notBefore: ended + SHARE * (ended - begun) });
    this.isRunning = false;
    this.changeEmitter.fire();
  }
}
