import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FolderWatch } from '../../../../core/node/store-watcher/folder-watch.ts';
import { pollFolder } from '../../../../core/node/store-watcher/poll-folder.ts';
import { waitFor } from '../../../../scripts/wait-for.ts';

describe('pollFolder', () => {
  let folder: string;
  let watch: FolderWatch | undefined;
  let heard: (string | undefined)[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agent-trace-poll-'));
    heard = [];
  });
  afterEach(() => {
    watch?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reports a file again after its first look at it, which nothing before can differ from', async () => {
    writeFileSync(join(folder, 'events'), 'x');
    watch = pollFolder(folder, ['events'], 20, (name) => heard.push(name));
    await waitFor('two reports', () => heard.filter((name) => name === 'events').length >= 2);
  });

  it('can be closed from within its own report', async () => {
    writeFileSync(join(folder, 'events'), 'x');
    let closed = false;
    watch = pollFolder(folder, ['events'], 20, () => {
      // The first few are not about a change.
      if (heard.push('') <= 10) return;
      watch?.close();
      closed = true;
    });
    await waitFor('the close', () => {
      appendFileSync(join(folder, 'events'), 'y');
      return closed;
    });
    const before = heard.length;
    appendFileSync(join(folder, 'events'), 'z');
    await new Promise((done) => setTimeout(done, 100));
    expect(heard.length).toBe(before);
  });
});
