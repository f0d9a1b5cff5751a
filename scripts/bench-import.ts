/**
 * What `agent-trace import --all` takes beside `ccusage` (native code) on the same 500 MB of transcripts, in turns; as a
 * measure of what the language itself takes, `JSON.parse` of every line in one thread, and an import of what is in the
 * store already. The transcripts are copies, with other ids, of those in FOLDER, or of made-up ones: `node scripts/bench-import.ts [--from FOLDER] [--megabytes N]
 * [--rounds N]`; FOLDER holds folders of projects, as `~/.claude/projects` does. Promised is at most twice the time of
 * ccusage, and 250 MB of memory.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from './bench/figures.ts';
import { writeTranscripts } from './bench/made-up-transcripts.ts';
import { benchOptions } from './bench/options.ts';
import { report } from './bench/report.ts';
import { bestOf, TIME_TOOLS, type TimedRun, timedRun } from './bench/timed-run.ts';
import { build } from './build.ts';
import { machineNode } from './machine-node.ts';
import { root } from './steps.ts';
import { installSystemTools } from './system-tools.ts';

const TIME_LIMIT = 2;
const MEMORY_LIMIT_MB = 250;
const MB = 1_000_000;
const SESSION_ID = /[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;

const NAMES = ['ccusage', 'parse', 'import', 'again'] as const;
type Name = (typeof NAMES)[number];
const TITLES: Readonly<Record<Name, string>> = {
  ccusage: 'ccusage',
  parse: 'JSON.parse of every line, one thread',
  import: 'import',
  again: 'import of the same again',
};

const { megabytes, rounds, from, ...mode } = benchOptions(
  { megabytes: [500, 2], rounds: [3, 1] },
  { from: { type: 'string' } },
);

await installSystemTools(TIME_TOOLS);
await build();
const folder = mkdtempSync(path.join(tmpdir(), 'agent-trace-bench-import-'));
try {
  const bytes = copyTranscripts(
    from ?? writeTranscripts(path.join(folder, 'made-up')),
    path.join(folder, '.claude', 'projects'),
    megabytes * MB,
  );
  const store = path.join(folder, 'store');
  const ccusage = path.join(root, 'node_modules', 'ccusage', 'src', 'cli.js');
  const importAll = [machineNode(), path.join(root, 'dist', 'agent-trace.cjs'), 'import', '--all', '--store', store];
  const commands: Readonly<Record<Name, readonly string[]>> = {
    ccusage: [process.execPath, ccusage, 'session', '--offline', '--json'],
    parse: [machineNode(), path.join(root, 'scripts', 'parse-lines.mjs'), path.join(folder, '.claude', 'projects')],
    import: importAll,
    again: importAll,
  };
  const runs: Record<Name, TimedRun[]> = { ccusage: [], parse: [], import: [], again: [] };
  for (let round = 0; round < rounds; round += 1) {
    rmSync(store, { recursive: true, force: true });
    for (const name of NAMES) runs[name].push(await timedRun(commands[name], folder));
  }
  const rows = NAMES.map((name) => ({ name: TITLES[name], ...bestOf(runs[name]) }));
  report({ figures: figuresOf(rows), megabytes: Math.round(bytes / MB), rows }, mode);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Copies with ids of their own until there are so many bytes; gives how many. */
function copyTranscripts(from: string, to: string, wanted: number): number {
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  if (files.length === 0) throw new Error(`${from} has no transcripts; name a folder of projects with --from`);
  let written = 0;
  for (let copy = 0; written < wanted; copy += 1) {
    const mark = copy.toString(16).padStart(4, '0');
    for (const name of files) {
      const text = readFileSync(path.join(from, name), 'latin1')
        .replaceAll('"id":"msg_', `"id":"msg_${mark}`)
        .replaceAll('"uuid":"', `"uuid":"${mark}`)
        .replaceAll('toolu_', `toolu_${mark}`)
        .replaceAll(SESSION_ID, (id) => `${mark}${id.slice(4)}`);
      const [project = '', ...rest] = name.split(path.sep);
      const target = path
        .join(to, `${project}-${mark}`, ...rest)
        .replaceAll(SESSION_ID, (id) => `${mark}${id.slice(4)}`);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text, 'latin1');
      written += text.length;
      if (written >= wanted) break;
    }
  }
  return written;
}

type Row = ReturnType<typeof bestOf> & { readonly name: string };

function figuresOf([ccusage, ...rows]: readonly Row[]): readonly Figure[] {
  const beside = (of: Exclude<keyof Row, 'name'>) => ({
    name: ccusage?.name ?? '',
    value: ccusage?.[of] ?? Number.NaN,
  });
  return rows.flatMap(({ name, wall, cpu, memory }): readonly Figure[] => [
    {
      name: `${name}, time`,
      value: wall,
      unit: 's',
      ...(name === TITLES.import && { limit: TIME_LIMIT * beside('wall').value }),
      beside: beside('wall'),
    },
    { name: `${name}, CPU`, value: cpu, unit: 's', beside: beside('cpu') },
    {
      name: `${name}, memory`,
      value: memory,
      unit: 'MB',
      ...(name === TITLES.import && { limit: MEMORY_LIMIT_MB }),
      beside: beside('memory'),
    },
  ]);
}
