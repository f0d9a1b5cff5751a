import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addUsage, type Usage } from '../../../core/common/cost/usage.ts';
import { codexAgent } from '../../../core/node/adapters/codex/codex-agent.ts';
import { readNative, usageOf } from '../../rig/native-events.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';

interface Totals {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** Every total of a file, read with nothing but regular expressions; a repeated one once. */
function totalsIn(path: string): readonly Totals[] {
  const totals = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const body = /"total_token_usage": ?\{([^}]*)\}/.exec(line)?.[1];
      const count = (name: string) => Number(new RegExp(`"${name}": ?(\\d+)`).exec(body ?? '')?.[1] ?? 0);
      return body === undefined
        ? []
        : [{ input: count('input_tokens'), cached: count('cached_input_tokens'), output: count('output_tokens') }];
    });
  return totals.filter((total, index) => index === 0 || key(total) !== key(totals[index - 1] as Totals));
}

function key({ input, cached, output }: Totals): string {
  return `${input} ${cached} ${output}`;
}

/** What a file has used beyond the copy of another that it begins with: its last total without the copy's last. */
function ownUse(path: string, copyOf?: string): Usage {
  const own = totalsIn(path);
  const other = copyOf === undefined ? [] : totalsIn(copyOf);
  const same = own.findIndex((total, index) => other[index] === undefined || key(total) !== key(other[index]));
  const copied = own[(same === -1 ? own.length : same) - 1] ?? { input: 0, cached: 0, output: 0 };
  const last = own.at(-1) ?? copied;
  const cacheRead = last.cached - copied.cached;
  return {
    input: last.input - copied.input - cacheRead,
    output: last.output - copied.output,
    cache_read: cacheRead,
    cache_write_5m: 0,
    cache_write_1h: 0,
  };
}

function read(path: string): Usage {
  const head = readFileSync(path, 'utf8').slice(0, 64 * 1024);
  const file = codexAgent.recognise(path, head);
  if (!file) throw new Error(`${path} is not recognised`);
  const { events, issues } = readNative(codexAgent, file);
  expect(issues).toEqual([]);
  return usageOf(events);
}

/** What the authors of these samples add up: input, cached once more, and output. */
function scannerUnits({ input, output, cache_read }: Usage): number {
  return input + cache_read + cache_read + output;
}

describe.skipIf(!hasSamples)(`Codex sessions that others have published${SAMPLES_NOTE}`, () => {
  const all = sampleFiles('codex', '.jsonl');
  const path = (part: string, name: string) =>
    join(sampleFolder('codex'), all.find((file) => file.includes(part) && file.endsWith(`${name}.jsonl`)) ?? part);
  const file = (family: string, name: string) => path(`Issue2037/${family}`, name);

  test.each(['archived-fork-33ce-3869', 'live-fork-4d90-52bf', 'harness-smoke'])(
    'of a fork only what it has used itself counts: %s',
    (family) => {
      const [parent, child] = [file(family, 'parent'), file(family, 'child')];
      expect(read(parent)).toEqual(ownUse(parent));
      expect(read(child)).toEqual(ownUse(child, parent));
    },
  );

  test('the totals are those that were counted by hand', () => {
    const sum = (family: string) => addUsage(read(file(family, 'parent')), read(file(family, 'child')));
    const archived = sum('archived-fork-33ce-3869');
    // By hand the size of the context after each of three compactions was added too, which nobody was asked to pay.
    expect(archived.input + archived.cache_read + archived.output).toBe(15_352_834 - (16_650 + 17_858 + 9_148));
    expect(scannerUnits(sum('live-fork-4d90-52bf'))).toBe(52_185_847);
  });

  test('of two forks of a thread that is gone the common beginning counts once', () => {
    const [a, b] = [file('missing-parent-siblings', 'sibling-a'), file('missing-parent-siblings', 'sibling-b')];
    expect(read(a)).toEqual(ownUse(a));
    expect(read(b)).toEqual(ownUse(b, a));
    expect(scannerUnits(addUsage(read(a), read(b)))).toBe(28_862_270);
  });

  test('a session of early 2026', () => {
    const early = path('quickcall-dev_opentrace', 'sample');
    expect(read(early)).toEqual(ownUse(early));
  });
});
