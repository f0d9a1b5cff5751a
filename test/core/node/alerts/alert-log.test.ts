import { appendFileSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../../core/common/protocol/alert.ts';
import { AlertLog } from '../../../../core/node/alerts/alert-log.ts';

let store: string;

beforeEach(() => {
  store = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-alerts-'));
});

afterEach(() => rmSync(store, { recursive: true, force: true }));

const alert: Alert = {
  type: 'outcome',
  decision_id: 'd',
  session_id: 's',
  event_id: 'e',
  rule: 'r',
  action: 'pause',
  at: 1,
  result: 'done',
  reason: 'fine',
  signalled: [{ pid: 5, name: 'sh', signals: ['SIGSTOP'], state: 'stopped' }],
};

describe('AlertLog', () => {
  it('gives back what was appended, for this user only', () => {
    const log = new AlertLog(store);
    expect(log.read()).toEqual([]);
    log.append(alert);
    log.append({ ...alert, action: 'resume' });
    expect(new AlertLog(store).read()).toEqual([alert, { ...alert, action: 'resume' }]);
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
  });

  it('passes over what is no alert', () => {
    const log = new AlertLog(store);
    log.append(alert);
    appendFileSync(log.path, '{"type":"outcome","session_id":"s"}\nhalf a li\n[]\n');
    log.append(alert);
    expect(log.read()).toEqual([alert, alert]);
  });

  it('does not write through a link', () => {
    const elsewhere = path.join(store, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, path.join(store, 'alerts.ndjson'));
    expect(() => new AlertLog(store).append(alert)).toThrow();
    expect(statSync(elsewhere).size).toBe(0);
  });
});
