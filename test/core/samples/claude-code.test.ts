import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../core/common/session/session-fold.ts';
import { recordUsage } from '../../../core/node/adapters/claude-code/record-usage.ts';
import type { UsageCursor } from '../../../core/node/adapters/claude-code/usage-cursor.ts';
import { datedPrice } from '../../rig/dated-prices.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';
import { tempFolder } from '../../rig/temp-folder.ts';

const files = sampleFiles('claude-code', '.jsonl');

interface Totals {
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cache_read: number;
    readonly cache_write_5m: number;
    readonly cache_write_1h: number;
  };
  readonly usd: number;
  readonly requests: number;
}

/** What the product finds in a transcript that grows while it is read, in pieces that end anywhere. */
function ours(file: string, pieceBytes: number): Totals {
  const transcriptPath = path.join(tempFolder(), 'transcript.jsonl');
  const whole = readFileSync(path.join(sampleFolder('claude-code'), file));
  const fold = new SessionFold('s', genaiPriceBook());
  let cursor: UsageCursor | undefined;
  const cursors = {
    read: () => cursor,
    write: (_: string, next: UsageCursor) => {
      cursor = next;
    },
  };
  for (let at = 0; at < whole.length; at += pieceBytes) {
    appendFileSync(transcriptPath, whole.subarray(at, at + pieceBytes));
    while (recordUsage({ transcriptPath, cursors, sessionId: 's', append: (event) => fold.apply(event), now: 0 }));
  }
  const { usage, cost, requests } = fold.state;
  return { tokens: usage, usd: (cost.microUsd ?? 0) / 1_000_000, requests };
}

interface Line {
  readonly type?: string;
  readonly uuid?: string;
  readonly requestId?: string;
  readonly message?: { readonly id?: string; readonly model?: string; readonly usage?: Record<string, unknown> };
}

/** The same, counted by reading all lines at once, with nothing taken from the product. */
function counted(file: string): Totals {
  const answers = new Map<string, { model: string; usage: Record<string, unknown> }>();
  for (const text of readFileSync(path.join(sampleFolder('claude-code'), file), 'utf8').split('\n')) {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      continue;
    }
    const { model, usage, id } = line.message ?? {};
    if (line.type !== 'assistant' || !usage || !model || model === '<synthetic>') continue;
    const key = id ?? line.requestId ?? line.uuid ?? text;
    const before = answers.get(key);
    if (!before || Number(before.usage['output_tokens']) <= Number(usage['output_tokens'])) {
      answers.set(key, { model, usage });
    }
  }
  let sum = { input: 0, output: 0, read: 0, write5m: 0, write1h: 0 };
  let usd = 0;
  for (const { model, usage } of answers.values()) {
    const number = (name: string) => Number(usage[name] ?? 0);
    const hour = Number((usage['cache_creation'] as Record<string, unknown>)?.['ephemeral_1h_input_tokens'] ?? 0);
    const tokens = {
      input: number('input_tokens'),
      output: number('output_tokens'),
      read: number('cache_read_input_tokens'),
      write5m: number('cache_creation_input_tokens') - hour,
      write1h: hour,
    };
    sum = {
      input: sum.input + tokens.input,
      output: sum.output + tokens.output,
      read: sum.read + tokens.read,
      write5m: sum.write5m + tokens.write5m,
      write1h: sum.write1h + tokens.write1h,
    };
    const price = datedPrice(model, tokens);
    if (price === undefined) throw new Error(`the table of the tests has no price for ${model}`);
    usd += price;
  }
  return {
    tokens: {
      input: sum.input,
      output: sum.output,
      cache_read: sum.read,
      cache_write_5m: sum.write5m,
      cache_write_1h: sum.write1h,
    },
    usd,
    requests: answers.size,
  };
}

/** Each request is rounded to a whole micro-dollar. */
const roundingOf = ({ requests }: Totals) => requests * 0.5e-6 + 1e-9;

describe.skipIf(!hasSamples)(`Claude Code transcripts of others${SAMPLES_NOTE}`, () => {
  it.each(files)('%s: tokens and cost are those of a count over all lines', (file) => {
    const expected = counted(file);
    // A piece size that no line is a multiple of; half lines are the rule.
    const found = ours(file, 65_521);
    expect(found.tokens).toEqual(expected.tokens);
    expect(found.requests).toBe(expected.requests);
    expect(Math.abs(found.usd - expected.usd)).toBeLessThanOrEqual(roundingOf(expected));
  });
});

interface CcusageSession {
  readonly period: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly totalCost: number;
}

/**
 * `ccusage` names a session after its file, one in a folder `subagents` after the folder above it. It finds projects as
 * folders of `projects`, so only samples that are whole projects are given to it.
 */
function ccusageSession(file: string): string {
  const subagents = /([^/]+)\/subagents\//.exec(file);
  return subagents?.[1] ?? path.basename(file, '.jsonl');
}

const PROJECTS = /^(?:marot_spotter\/|handgemacht-ai_claude-code-log\/real_projects\/)/;
const ccusage = path.resolve('node_modules/.bin/ccusage');
const compares = hasSamples && existsSync(ccusage);

async function askCcusage(): Promise<ReadonlyMap<string, CcusageSession>> {
  const home = tempFolder();
  const projects = path.join(home, '.claude', 'projects');
  for (const file of files.filter((name) => PROJECTS.test(name))) {
    const target = path.join(projects, file.replace('handgemacht-ai_claude-code-log/real_projects/', ''));
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(sampleFolder('claude-code'), file), target);
  }
  return new Map((await runCcusage(home)).map((one) => [one.period, one]));
}

async function runCcusage(home: string): Promise<readonly CcusageSession[]> {
  const env = { ...process.env, HOME: home, USERPROFILE: home, CLAUDE_CONFIG_DIR: path.join(home, '.claude') };
  const run = promisify(execFile)(ccusage, ['session', '--offline', '--json'], { env, maxBuffer: 64 * 1024 * 1024 });
  return (JSON.parse((await run).stdout) as { session: CcusageSession[] }).session;
}

/** What `ccusage` makes of one file by itself, as it is, or as Claude Code would have written it. */
async function askOfOne(file: string, rewritten: boolean): Promise<{ readonly tokens: number; readonly usd: number }> {
  const home = tempFolder();
  const folder = path.join(home, '.claude', 'projects', 'one');
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(path.join(sampleFolder('claude-code'), file), 'utf8');
  writeFileSync(path.join(folder, path.basename(file)), rewritten ? asClaudeCodeWrites(text) : text);
  const sessions = await runCcusage(home);
  const tokensOf = (one: CcusageSession) =>
    one.inputTokens + one.outputTokens + one.cacheReadTokens + one.cacheCreationTokens;
  return {
    tokens: sessions.reduce((sum, one) => sum + tokensOf(one), 0),
    usd: sessions.reduce((sum, { totalCost }) => sum + totalCost, 0),
  };
}

/** No blanks between names and values, no more than milliseconds in times: records of people who edited theirs have both. */
function asClaudeCodeWrites(text: string): string {
  const lines = text.split('\n').map((line) => {
    try {
      return JSON.stringify(JSON.parse(line)).replace(/(:\d\d\.\d{3})\d+Z"/g, '$1Z"');
    } catch {
      return line;
    }
  });
  return lines.join('\n');
}

describe.skipIf(!compares)(
  `the same beside ccusage${compares ? '' : ' (skipped: no samples, or no ccusage here)'}`,
  () => {
    it('finds the same sessions, tokens and cost, to within a thousandth', async () => {
      const theirs = await askCcusage();
      const mine = new Map<string, Totals[]>();
      for (const file of files.filter((name) => PROJECTS.test(name))) {
        const name = ccusageSession(file);
        mine.set(name, [...(mine.get(name) ?? []), ours(file, 1 << 20)]);
      }
      const spent = [...mine].filter(([, parts]) => parts.some(({ requests }) => requests > 0));
      expect(spent.map(([name]) => name).sort()).toEqual([...theirs.keys()].sort());
      expect(spent.length).toBeGreaterThan(50);
      for (const [name, parts] of spent) {
        const sum = (of: (part: Totals) => number) => parts.reduce((total, part) => total + of(part), 0);
        const other = theirs.get(name);
        expect(
          {
            input: sum(({ tokens }) => tokens.input),
            output: sum(({ tokens }) => tokens.output),
            read: sum(({ tokens }) => tokens.cache_read),
            written: sum(({ tokens }) => tokens.cache_write_5m + tokens.cache_write_1h),
          },
          name,
        ).toEqual({
          input: other?.inputTokens,
          output: other?.outputTokens,
          read: other?.cacheReadTokens,
          written: other?.cacheCreationTokens,
        });
        const usd = sum((part) => part.usd);
        const difference = Math.abs(usd - (other?.totalCost ?? 0));
        expect(difference, `${name}: ours ${usd}, theirs ${other?.totalCost}`).toBeLessThanOrEqual(
          usd * 0.001 + sum(roundingOf),
        );
      }
    });

    it('finds the same in files that stand alone, once they are written as Claude Code writes', {
      timeout: 240_000,
    }, async () => {
      let passedOver = 0;
      for (const file of files.filter((name) => !PROJECTS.test(name))) {
        const mine = ours(file, 1 << 20);
        if (mine.requests === 0) continue;
        const { input, output, cache_read, cache_write_5m, cache_write_1h } = mine.tokens;
        const tokens = input + output + cache_read + cache_write_5m + cache_write_1h;
        const theirs = await askOfOne(file, true);
        expect(theirs.tokens, file).toBe(tokens);
        expect(Math.abs(theirs.usd - mine.usd), file).toBeLessThanOrEqual(mine.usd * 0.001 + roundingOf(mine));
        if ((await askOfOne(file, false)).tokens !== tokens) passedOver += 1;
      }
      // Otherwise the difference is none any more, and docs/cost.md is to say so.
      expect(passedOver).toBeGreaterThan(0);
    });
  },
);
