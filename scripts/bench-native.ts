/**
 * `npm run bench:native`: what a watcher holds on to of agents' own files. Sessions of Claude Code come and go in its
 * folder, each in a file of its own, until there were as many as asked for; counted are the watcher's resident memory and
 * its open files. `--files N` (10000), `--records N` in each (20). Promised is that memory does not grow from the first
 * tenth to the end by more than the limit, and that no more than one of the files stays open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemProcessTable } from '../core/node/process/system-process-table.ts';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { root } from './steps.ts';
import { waitFor } from './wait-for.ts';

/** Promised: at most so much more than after the first tenth, MB. */
const LIMIT_MB = 64;
/** Where memory is plenty nothing is collected for long, and what is held on to cannot be told from what is not. */
const HEAP = '--max-old-space-size=48';
/** Sessions that run at the same time. */
const AT_ONCE = 10;
const DEADLINE_MS = 120_000;

const { files, records, ...mode } = benchOptions({ files: [10_000, 100], records: [20, 4] });
if (files < 10 * AT_ONCE || records < 2)
  throw new Error(`--files takes a number from ${10 * AT_ONCE}, --records one from 2`);
if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, it runs on Linux');

const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'at-native-')));
const workspace = path.join(home, 'workspace');
const config = path.join(home, '.claude');
const project = path.join(config, 'projects', workspace.replace(/[^A-Za-z0-9]/g, '-'));
const running = path.join(config, 'sessions');
const children: ChildProcess[] = [];
const samples: { files: number; mb: number; open: number }[] = [];
try {
  for (const folder of [workspace, project, running, path.join(home, 'run')])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  await build();
  const watch = start(process.execPath, [HEAP, path.join(root, 'dist/agent-trace.cjs'), 'watch', '--json'], 'pipe');
  let said = '';
  for (const stream of [watch.stdout, watch.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
  }
  await waitFor('the watcher to be ready', () => said.includes('watching '), DEADLINE_MS);
  const step = Math.ceil(files / 10 / AT_ONCE) * AT_ONCE;
  for (let done = 0; done < files; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => session(done + index)));
    if ((done + AT_ONCE) % step !== 0) continue;
    samples.push({ files: done + AT_ONCE, mb: residentMb(watch), open: openFiles(watch) });
    console.error(row(samples.at(-1)));
  }
  samples.push({ files, mb: residentMb(watch), open: openFiles(watch) });
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
const [first, last] = [samples[0], samples.at(-1)];
const grown = (last?.mb ?? Number.NaN) - (first?.mb ?? Number.NaN);
const figures: readonly Figure[] = [
  { name: `memory grown by ${files.toLocaleString('en')} sessions`, value: grown, unit: 'MB', limit: LIMIT_MB },
  { name: 'files of agents that stay open', value: last?.open ?? Number.NaN, unit: '', limit: 1 },
];
report({ figures, files, records, samples }, mode);

function start(program: string, args: readonly string[], output: 'pipe' | 'ignore'): ChildProcess {
  const env = {
    ...process.env,
    HOME: home,
    CLAUDE_CONFIG_DIR: config,
    AGENT_TRACE_RUNTIME_DIR: path.join(home, 'run'),
  };
  const child = spawn(program, args, { cwd: workspace, env, stdio: ['ignore', output, output] });
  children.push(child);
  return child;
}

/** One session: its agent says that it runs it, writes its file, and takes its word back. */
async function session(number: number): Promise<void> {
  const agent = start('sleep', ['36000'], 'ignore');
  const pid = agent.pid as number;
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const said = path.join(running, `${pid}.json`);
  const procStart = systemProcessTable().read(pid)?.startTime;
  writeFileSync(said, JSON.stringify({ pid, sessionId: id, procStart, cwd: workspace }));
  const lines = Array.from({ length: records }, (_, index) => JSON.stringify(record(id, index)));
  writeFileSync(path.join(project, `${id}.jsonl`), `${lines.join('\n')}\n`);
  const events = path.join(workspace, '.agent-traces', id, 'events.ndjson');
  const has = (type: string) => {
    try {
      return readFileSync(events, 'utf8').split(`"event_type":"${type}"`).length - 1;
    } catch {
      return 0;
    }
  };
  await waitFor(`session ${number} in the store`, () => has('llm_response') >= Math.floor(records / 2), DEADLINE_MS);
  rmSync(said);
  await waitFor(`the end of session ${number}`, () => has('session_end') > 0, DEADLINE_MS);
  const gone = once(agent, 'exit');
  agent.kill('SIGKILL');
  await gone;
  children.splice(children.indexOf(agent), 1);
}

function record(sessionId: string, index: number): object {
  const timestamp = new Date().toISOString();
  const common = { uuid: `${sessionId}-${index}`, sessionId, timestamp, cwd: workspace, version: '2.1.329' };
  if (index % 2 === 0) return { ...common, type: 'user', message: { role: 'user', content: `question ${index}` } };
  const message = {
    ...{ id: `msg_${sessionId}_${index}`, model: 'claude-sonnet-4-6', role: 'assistant' },
    content: [{ type: 'text', text: 'x'.repeat(500) }],
    usage: { input_tokens: 1000, output_tokens: 100 },
  };
  return { ...common, type: 'assistant', message };
}

function residentMb({ pid }: ChildProcess): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** Of the agents' files. */
function openFiles({ pid }: ChildProcess): number {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(path.join(folder, fd));
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.endsWith('.jsonl')).length;
}

function row(sample: (typeof samples)[number] | undefined): string {
  return `${String(sample?.files).padStart(8)} files  ${sample?.mb.toFixed(1).padStart(8)} MB  ${sample?.open} open`;
}
