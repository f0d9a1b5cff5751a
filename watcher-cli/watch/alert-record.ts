import { errorText } from '../../core/common/error-text.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import { AlertLog } from '../../core/node/alerts/alert-log.ts';
import { requireRealStore } from '../../core/node/store/real-store.ts';

export interface AlertRecordOptions {
  /** Real path of the store. */
  readonly store: string;
  /** The watcher's own copy, which it believes. */
  readonly own: AlertLog;
  readonly onIssue: (message: string) => void;
}

/** Writes what is decided and done where people read it, and where the watcher itself does after a restart. */
export class AlertRecord {
  private readonly options: AlertRecordOptions;
  private readonly shared: AlertLog;
  /** What is amiss with a log, by its path: said once, until the log can be written again. */
  private readonly amiss = new Map<string, string>();

  constructor(options: AlertRecordOptions) {
    this.options = options;
    this.shared = new AlertLog(options.store);
  }

  /** Never throws: what is announced is done, whether it can be written down or not. */
  append(alert: Alert): void {
    const { own, store } = this.options;
    this.attempt(own.path, () => own.append(alert));
    this.attempt(this.shared.path, () => {
      requireRealStore(store);
      this.shared.append(alert);
    });
  }

  private attempt(path: string, write: () => void): void {
    try {
      write();
      this.amiss.delete(path);
    } catch (error) {
      const message = `${path} cannot be written: ${errorText(error)}`;
      if (this.amiss.get(path) === message) return;
      this.amiss.set(path, message);
      this.options.onIssue(message);
    }
  }
}
