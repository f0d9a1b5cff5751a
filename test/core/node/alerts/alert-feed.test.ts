import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../../core/common/protocol/alert.ts';
import { AlertFeed } from '../../../../core/node/alerts/alert-feed.ts';
import { AlertLog } from '../../../../core/node/alerts/alert-log.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

let store: string;
let log: AlertLog;
let heard: string[];
let issues: string[];
let feed: AlertFeed;

beforeEach(() => {
  store = join(tempFolder(), '.agent-traces');
  mkdirSync(store);
  log = new AlertLog(store);
  heard = [];
  issues = [];
  feed = new AlertFeed({
    store,
    onAlert: (alert) => heard.push(alert.decision_id),
    onIssue: (message) => issues.push(message),
  });
});

afterEach(() => feed.close());

const alert = (decision_id: string): Alert => ({
  ...{ type: 'decision', decision_id, session_id: 'one', event_id: '', rule: 'r', action: 'alert', mode: 'enforce' },
  ...{ at: 1, message: 'ärger' },
});

describe('the alerts of a store', () => {
  it('are told once each, past ones first, whichever way they come', async () => {
    log.append(alert('past'));
    feed.receive(alert('live'));
    log.append(alert('live'));
    await feed.drain();
    log.append(alert('later'));
    await feed.drain();
    feed.receive(alert('later'));
    await feed.drain();
    expect(heard).toEqual(['past', 'live', 'later']);
    expect(feed.alerts).toEqual([alert('past'), alert('live'), alert('later')]);
  });

  it('are told when the file cannot be written or is not there', async () => {
    feed.receive(alert('live'));
    await feed.drain();
    await feed.drain();
    expect(heard).toEqual(['live']);
  });

  it('are not told again when the store was removed, or the file was written anew', async () => {
    log.append(alert('first'));
    await feed.drain();
    rmSync(store, { recursive: true });
    await feed.drain();
    mkdirSync(store);
    log.append(alert('first'));
    log.append(alert('second'));
    await feed.drain();
    expect(heard).toEqual(['first', 'second']);
    expect(issues).toHaveLength(1);
  });

  it('pass over what is none, and what is not finished', async () => {
    writeFileSync(log.path, `nonsense\n{"type":"decision"}\n${JSON.stringify(alert('good'))}\n{"type":"dec`);
    await feed.drain();
    expect(heard).toEqual(['good']);
  });

  it('are not told after the end', async () => {
    log.append(alert('late'));
    const draining = feed.drain();
    feed.close();
    await draining;
    expect(heard).toEqual([]);
  });
});
