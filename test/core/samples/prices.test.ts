import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../core/common/session/session-fold.ts';
import { codexAgent } from '../../../core/node/adapters/codex/codex-agent.ts';
import { geminiAgent } from '../../../core/node/adapters/gemini-cli/gemini-agent.ts';
import { datedPrice } from '../../rig/dated-prices.ts';
import { readNative } from '../../rig/native-events.ts';
import { hasSamples, SAMPLES_NOTE, sampleFiles, sampleFolder } from '../../rig/samples.ts';

const cases = [
  { name: 'codex', agent: codexAgent },
  { name: 'gemini-cli', agent: geminiAgent },
].flatMap(({ name, agent }) =>
  [...sampleFiles(name, '.jsonl'), ...sampleFiles(name, '.json')].flatMap((file) => {
    const path = join(sampleFolder(name), file);
    const found = agent.recognise(path, readFileSync(path, 'utf8').slice(0, 64 * 1024));
    return found ? [{ label: `${name}/${file}`, agent, file: found }] : [];
  }),
);

/** Tokens are counted anew in the tests beside this one; here the prices are, by a table that shares nothing with ours. */
describe.skipIf(!hasSamples)(`prices of sessions that others have published${SAMPLES_NOTE}`, () => {
  test.each(cases)('$label', ({ agent, file }) => {
    const fold = new SessionFold('s', genaiPriceBook());
    for (const event of readNative(agent, file).events) fold.apply(event);
    let usd = 0;
    const unpriced = new Set<string>();
    for (const { model, usage } of fold.requests.values()) {
      const tokens = {
        input: usage.input,
        output: usage.output,
        read: usage.cache_read,
        write5m: usage.cache_write_5m,
        write1h: usage.cache_write_1h,
      };
      const price = datedPrice(model, tokens);
      if (price === undefined) unpriced.add(model);
      usd += price ?? 0;
    }
    const { cost, requests } = fold.state;
    // Some samples name no model, or one that is none; both have to say so.
    expect([...cost.unpricedModels]).toEqual([...unpriced]);
    expect([...unpriced].filter((model) => model !== 'unknown' && model !== 'fixture-model')).toEqual([]);
    expect(Math.abs((cost.microUsd ?? 0) / 1_000_000 - usd)).toBeLessThanOrEqual(requests * 0.5e-6 + 1e-9);
  });
});
