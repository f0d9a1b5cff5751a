import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileTail, type FileTailOptions } from '../../../../core/node/tail/file-tail.ts';
import type { TailIssue } from '../../../../core/node/tail/tail-issue.ts';

/** A tail together with all that it handed on. */
export class TailedFile {
  readonly lines: string[] = [];
  readonly issues: TailIssue[] = [];
  readonly tail: FileTail;

  constructor(path: string, options: Partial<FileTailOptions> = {}) {
    this.tail = new FileTail({
      path,
      onLine: (line) => this.lines.push(Buffer.from(line.bytes).toString()),
      onIssue: (issue) => this.issues.push(issue),
      ...options,
    });
  }

  get kinds(): readonly string[] {
    return this.issues.map((issue) => issue.kind);
  }

  /** Polls to the end; gives the last answer. */
  readAll(): string {
    for (;;) {
      const result = this.tail.poll();
      if (result !== 'more') return result;
    }
  }

  /** Polls to the end and gives the lines that came of it. */
  news(): readonly string[] {
    const before = this.lines.length;
    this.readAll();
    return this.lines.slice(before);
  }
}

/** Calls `use` with a new empty folder, removed afterwards. */
export async function inFolder(use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-trace-tail-')));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
