import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '../../common/json.ts';
import type { Alert } from '../../common/protocol/alert.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { readRegularFileEnd } from '../store/read-regular-file.ts';

export const ALERTS_FILE = 'alerts.ndjson';

/** Bytes; of a longer log the newest are read. */
const MOST_BYTES = 16 * 1024 * 1024;

/** O_NONBLOCK: opening a FIFO must not wait for a reader. Windows has neither of the last two. */
const APPEND =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** What opening says of a link, of a FIFO or socket, and of a folder. */
const NO_FILE: ReadonlySet<string | undefined> = new Set(['ELOOP', 'ENXIO', 'EISDIR']);

/** What was decided and what came of it, one JSON object a line: `alerts.ndjson` of a store, for all its sessions. */
export class AlertLog {
  readonly path: string;

  /** `folder`: the store, or where else the log lies. */
  constructor(folder: string, name: string = ALERTS_FILE) {
    this.path = path.join(folder, name);
  }

  /**
   * One write a line, so that several programs may append at once. Never waits and never follows a link. Throws
   * `refused` when something else than a file has its place, and the system's error.
   */
  append(alert: Alert): void {
    const descriptor = this.open();
    try {
      if (!fstatSync(descriptor).isFile()) throw this.noFile();
      writeSync(descriptor, `${JSON.stringify(alert)}\n`);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Everything readable in its last 16 MiB, oldest first; nothing when there is no such file. */
  read(): readonly Alert[] {
    const text = readRegularFileEnd(this.path, MOST_BYTES)?.toString('utf8') ?? '';
    return text.split('\n').flatMap((line) => {
      const alert = line === '' ? undefined : decodeAlert(parseJson(line));
      return alert ? [alert] : [];
    });
  }

  private open(): number {
    try {
      return openSync(this.path, APPEND, 0o600);
    } catch (error) {
      throw NO_FILE.has((error as NodeJS.ErrnoException).code) ? this.noFile() : error;
    }
  }

  private noFile(): AgentTraceError {
    return new AgentTraceError('refused', `${this.path} is not a file of its own, nothing is written there; remove it`);
  }
}
