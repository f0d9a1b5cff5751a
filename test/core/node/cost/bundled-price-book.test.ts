import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { NO_USAGE } from '../../../../core/common/cost/usage.ts';
import { bundledPriceBook } from '../../../../core/node/cost/bundled-price-book.ts';
import { CLI_BUNDLE, ensureBuilt } from '../../../rig/build.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

const DIST = path.dirname(CLI_BUNDLE);
const AT = Date.UTC(2026, 5, 1) / 1000;
const USAGE = { ...NO_USAGE, input: 1000 };

beforeAll(ensureBuilt);

describe('bundledPriceBook', () => {
  it('knows what the price data knows', () => {
    const [bundled, direct] = [bundledPriceBook(DIST), genaiPriceBook()];
    expect(bundled.price('claude-sonnet-4-6', USAGE, AT)).toBe(3000);
    for (const model of ['claude-sonnet-4-6', 'gpt-5', 'nobody-knows']) {
      expect(bundled.price(model, USAGE, AT)).toBe(direct.price(model, USAGE, AT));
      expect(bundled.contextWindow(model)).toBe(direct.contextWindow(model));
    }
  });

  it('loads nothing before a price is asked for, and says what is not there then', () => {
    const nothing = bundledPriceBook(tempFolder());
    expect(() => nothing.price('claude-sonnet-4-6', USAGE, AT)).toThrow(/prices\.cjs/);
  });

  it('is not loaded by a command that needs no price', () => {
    const folder = tempFolder();
    for (const name of ['agent-trace.cjs', 'agent-trace-program.cjs', 'agent-trace'])
      cpSync(path.join(DIST, name), path.join(folder, name), { recursive: true });
    const program = path.join(folder, 'agent-trace.cjs');
    const run = (...args: readonly string[]) =>
      execFileSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
    expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run('list', '--json')).toBe('[]\n');
  });
});
