import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

  it('gives the newest of a log that is too long to be read whole', () => {
    const log = new AlertLog(store);
    log.append({ ...alert, action: 'resume' });
    appendFileSync(log.path, `${'x'.repeat(16 * 1024 * 1024)}\n`);
    log.append(alert);
    expect(log.read()).toEqual([alert]);
  });

  it('does not write through a link', () => {
    const elsewhere = path.join(store, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync(elsewhere, path.join(store, 'alerts.ndjson'));
    expectRefused();
    expect(statSync(elsewhere).size).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('neither waits for a FIFO nor writes into it', () => {
    const fifo = path.join(store, 'alerts.ndjson');
    execFileSync('mkfifo', [fifo]);
    expectRefused();
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    expectRefused();
    closeSync(reader);
  });

  it.skipIf(process.platform === 'win32')('takes neither a folder nor a device for a log', () => {
    mkdirSync(path.join(store, 'alerts.ndjson'));
    expectRefused();
    rmSync(path.join(store, 'alerts.ndjson'), { recursive: true });
    symlinkSync('/dev/zero', path.join(store, 'alerts.ndjson'));
    expectRefused();
  });
});

function expectRefused(): void {
  const log = new AlertLog(store);
  expect(() => log.append(alert)).toThrow(expect.objectContaining({ code: 'refused' }));
  expect(log.read()).toEqual([]);
}
