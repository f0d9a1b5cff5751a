import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../../../core/node/tail/checkpoint.ts';
import type { TailIssue } from '../../../../core/node/tail/tail-issue.ts';
import { randomRuns } from '../../../rig/random-runs.ts';
import { TailedFile } from './tailed-file.ts';

/** What can happen to a file and its reader; numbers are reduced to what is possible when it happens. */
const WITH_NUMBER = [
  'append half',
  'rewrite',
  'rewrite same',
  'replace',
  'replace same',
  'rotate',
  'reuse inode',
  'truncate',
  'burst',
  'clock',
] as const;
const PLAIN = ['finish half', 'delete', 'poll', 'read all', 'close', 'restart'] as const;
type Step =
  | { readonly do: 'append' | (typeof WITH_NUMBER)[number]; readonly n: number }
  | { readonly do: (typeof PLAIN)[number] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...WITH_NUMBER), n: fc.nat(1000) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom(...PLAIN) }) },
);

/** One file on disk, under whatever path; `content` is what it holds now or held when it was last reachable. */
interface OneFile {
  content: Buffer;
}

/** Does the steps to a real file and keeps account of what a reader has to see of it. */
class Model {
  private readonly path: string;
  private readonly maxBytesPerRead: number;
  /** All that any tail of the file handed on. */
  private readonly lines: string[] = [];
  private readonly issues: TailIssue[] = [];
  private tailed: TailedFile;
  private current: OneFile | undefined;
  /** The file that the tail holds open. */
  private held: OneFile | undefined;
  /** What is left to write of a line that was cut at some byte. */
  private rest: Buffer = Buffer.alloc(0);
  private made = 0;
  /** Nothing but appending happened since everything was read, up to byte `read`. */
  private onlyGrew = false;
  private read = 0;
  private linesBefore = 0;
  private issuesBefore = 0;
  private readonly everSeen = new Set<string>();

  constructor(folder: string, maxBytesPerRead: number) {
    this.path = join(folder, 'f');
    this.maxBytesPerRead = maxBytesPerRead;
    this.tailed = this.open();
  }

  take(step: Step): void {
    switch (step.do) {
      case 'append':
        this.append(Buffer.concat([this.rest, this.newLines(step.n)]));
        break;
      case 'append half': {
        const line = this.newLines(1);
        const cut = 1 + (step.n % (line.length - 1));
        this.append(Buffer.concat([this.rest, line.subarray(0, cut)]));
        this.rest = line.subarray(cut);
        break;
      }
      case 'finish half':
        if (this.rest.length > 0) this.append(this.rest);
        break;
      case 'burst':
        for (let write = 0; write < 20; write++)
          this.append(Buffer.concat([this.rest, this.newLines(1 + (step.n % 7))]));
        break;
      case 'clock':
        // Set forward by years, or back: times of files prove nothing.
        if (this.current) utimesSync(this.path, step.n * 1e7, step.n * 1e7);
        break;
      case 'rewrite':
        this.rewrite(this.newLines(step.n % 40));
        break;
      case 'rewrite same':
        this.rewrite(Buffer.concat([this.current?.content ?? Buffer.alloc(0), this.newLines(step.n % 3)]));
        break;
      case 'replace':
        this.replace(this.newLines(step.n % 40));
        break;
      case 'replace same':
        this.replace(Buffer.concat([this.current?.content ?? Buffer.alloc(0), this.newLines(step.n % 3)]));
        break;
      case 'rotate':
        if (this.current) renameSync(this.path, `${this.path}.1`);
        this.create(this.newLines(step.n % 40));
        break;
      case 'reuse inode':
        // The system gives the number of a removed file to the next one, as soon as nobody holds it open.
        this.closeTail();
        rmSync(this.path, { force: true });
        this.create(this.newLines(step.n % 40));
        break;
      case 'truncate':
        if (!this.current) break;
        this.current.content = Buffer.from(
          this.current.content.subarray(0, step.n % (this.current.content.length + 1)),
        );
        truncateSync(this.path, this.current.content.length);
        this.forgetGrowth();
        break;
      case 'delete':
        if (!this.current) break;
        unlinkSync(this.path);
        this.current = undefined;
        this.forgetGrowth();
        break;
      case 'close':
        this.closeTail();
        break;
      case 'restart': {
        const checkpoint = this.tailed.tail.checkpoint();
        this.closeTail();
        this.tailed = this.open(checkpoint && JSON.parse(JSON.stringify(checkpoint)));
        break;
      }
      case 'poll':
        // While another file still has to be read to its end, only the tail knows which one it holds.
        if (this.held && this.held !== this.current) this.readAll();
        else {
          this.tailed.tail.poll();
          this.held = this.current;
        }
        break;
      case 'read all':
        this.readAll();
        break;
    }
  }

  readAll(): void {
    this.tailed.readAll();
    const news = this.lines.slice(this.linesBefore);
    const inHeld = this.held ? linesOf(this.held.content) : [];
    const inCurrent = this.current ? linesOf(this.current.content) : [];
    const there = new Set([...inHeld, ...inCurrent]);
    for (const line of news) this.everSeen.add(line);
    // Nothing valid is skipped.
    for (const line of there) expect(this.everSeen, 'a line was skipped').toContain(line);
    if (this.onlyGrew && this.current) {
      // Nothing is read twice.
      expect(news).toEqual(linesOf(this.current.content.subarray(this.read)));
      expect(this.issues.length).toBe(this.issuesBefore);
    }
    this.held = this.current;
    this.onlyGrew = this.current !== undefined;
    this.read = (this.current?.content.lastIndexOf(0x0a) ?? -1) + 1;
    this.linesBefore = this.lines.length;
    this.issuesBefore = this.issues.length;
  }

  /** Lines that were never in the file, in any state it was in when it was read, have not been made up. */
  checkNothingMadeUp(possible: ReadonlySet<string>): void {
    for (const line of this.lines) expect(possible, 'a line was made up').toContain(line);
  }

  /** Complete lines that can be read now. */
  visible(): readonly string[] {
    return [this.held, this.current].flatMap((file) => (file ? linesOf(file.content) : []));
  }

  close(): void {
    this.tailed.tail.close();
  }

  /** Lines with a number of their own, 8 to 40 bytes long. */
  private newLines(count: number): Buffer {
    let text = '';
    for (let i = 0; i < count; i++) {
      this.made += 1;
      text += `${String(this.made).padStart(6, '0')}${'é'.repeat(this.made % 16)}\n`;
    }
    return Buffer.from(text);
  }

  private open(checkpoint?: Checkpoint): TailedFile {
    return new TailedFile(this.path, {
      maxBytesPerRead: this.maxBytesPerRead,
      onLine: (line) => this.lines.push(Buffer.from(line.bytes).toString()),
      onIssue: (issue) => this.issues.push(issue),
      ...(checkpoint ? { checkpoint } : {}),
    });
  }

  private closeTail(): void {
    this.tailed.tail.close();
    this.held = undefined;
  }

  private append(bytes: Buffer): void {
    this.rest = Buffer.alloc(0);
    this.current ??= { content: Buffer.alloc(0) };
    this.current.content = Buffer.concat([this.current.content, bytes]);
    appendFileSync(this.path, bytes);
  }

  private create(content: Buffer): void {
    this.current = { content };
    writeFileSync(this.path, content);
    this.forgetGrowth();
  }

  private rewrite(content: Buffer): void {
    this.current ??= { content };
    this.current.content = content;
    writeFileSync(this.path, content);
    this.forgetGrowth();
  }

  private replace(content: Buffer): void {
    this.current = { content };
    writeFileSync(`${this.path}.new`, content);
    renameSync(`${this.path}.new`, this.path);
    this.forgetGrowth();
  }

  private forgetGrowth(): void {
    this.rest = Buffer.alloc(0);
    this.onlyGrew = false;
  }
}

function linesOf(content: Uint8Array): readonly string[] {
  return Buffer.from(content)
    .toString()
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '');
}

it('skips no line, makes none up, and reads none twice without need, whatever happens to the file', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 700 }), (steps, most) => {
      const folder = mkdtempSync(join(tmpdir(), 'agent-trace-model-'));
      const model = new Model(folder, most);
      const possible = new Set<string>();
      try {
        for (const next of [...steps, { do: 'read all' } as const]) {
          if (next.do === 'poll' || next.do === 'read all') for (const line of model.visible()) possible.add(line);
          model.take(next);
        }
        model.checkNothingMadeUp(possible);
      } finally {
        model.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    randomRuns(5000),
  );
});
