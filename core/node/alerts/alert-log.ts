import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '../../common/json.ts';
import type { Alert } from '../../common/protocol/alert.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';

export const ALERTS_FILE = 'alerts.ndjson';

/** What was decided and what came of it, for every session of a store: `alerts.ndjson`, one JSON object a line. */
export class AlertLog {
  readonly path: string;

  constructor(store: string) {
    this.path = path.join(store, ALERTS_FILE);
  }

  /** One write a line, so that several programs may append at once. Throws the system's error. */
  append(alert: Alert): void {
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const descriptor = openSync(this.path, flags, 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(alert)}\n`);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Everything readable in it, oldest first; nothing when there is no such file. */
  read(): readonly Alert[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line) => {
      const alert = line === '' ? undefined : decodeAlert(parseJson(line));
      return alert ? [alert] : [];
    });
  }
}
