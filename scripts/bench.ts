/**
 * `npm run bench`: every benchmark (`scripts/bench-*.ts`) in turn, on a machine that does nothing else; `npm run bench --
 * NAME...` some of them. Keeps what they measured in bench/results.json and writes the tables of docs/performance.md
 * from it. Ends with 1 when a limit was missed or a benchmark could not be run; the others run all the same.
 * - `--quick`: with small sizes, only to see that they run, those aside that need an editor or an agent and are not
 *   named; nothing is judged or kept.
 * - `--from FOLDER`: of transcripts that `import` takes copies of; without it they are made up.
 * - `--table`: runs none, only writes the tables anew.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { errorText } from '../core/common/error-text.ts';
import { isKept } from './bench/figures.ts';
import { writeTables } from './bench/performance-page.ts';
import { type Measured, printTable } from './bench/report.ts';
import { keepResults, resultOf } from './bench/results.ts';
import { root } from './steps.ts';

/** Real editors and agents' own command lines take minutes however little they do, and have tests of their own. */
const NOT_QUICK = ['editor', 'idle', 'live'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});
const all = readdirSync(import.meta.dirname).flatMap((file) => /^bench-(.+)\.ts$/.exec(file)?.[1] ?? []);
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are: ${all.join(', ')}`);
  process.exit(2);
}
const usual = all.filter((name) => !(values.quick && NOT_QUICK.includes(name)));
const chosen = positionals.length > 0 ? positionals : usual;
const failed: string[] = [];
for (const name of values.table ? [] : chosen) {
  console.log(`\n== ${name}`);
  try {
    const { figures } = await run(name);
    printTable(figures);
    if (values.quick) continue;
    keepResults({ [name]: resultOf(figures) });
    if (figures.some((figure) => isKept(figure) === false)) failed.push(`${name} missed a limit`);
  } catch (error) {
    failed.push(`${name} could not be run`);
    console.error(errorText(error));
  }
}
if (!values.quick) writeTables();
for (const failure of failed) console.error(`FAILED: ${failure}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Its JSON is the last line that it writes; whatever else it says is not for programs. */
async function run(name: string): Promise<Measured> {
  const from = name === 'import' && values.from !== undefined ? ['--from', path.resolve(values.from)] : [];
  const args = [`scripts/bench-${name}.ts`, '--json', ...(values.quick ? ['--quick'] : []), ...from];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  try {
    return JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') as Measured;
  } catch {
    throw new Error(`it ended with ${child.exitCode ?? child.signalCode} and said: ${said}`);
  }
}
