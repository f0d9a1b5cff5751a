import { execFile } from 'node:child_process';
import { asArray, asNumber, asRecord, asString, type JsonRecord, parseJson } from '../../core/common/json.ts';
import type { BundledCli } from '../bundled-cli.ts';

/** What `agent-trace setup --json` says of one agent, see docs/cli.md. */
export interface SetupResult {
  /** As events name the agent. */
  readonly agent: string;
  /** As people do. */
  readonly label: string;
  /** The settings file. */
  readonly file: string;
  /** Names of hook events. */
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  /** Of Claude Code; undefined when none was found, and for other agents. */
  readonly claudeVersion: string | undefined;
  /** Why the agent would not run the hooks. */
  readonly warnings: readonly string[];
  /** What the user has to do so that it does. */
  readonly notes: readonly string[];
}

/** An agent as `agent-trace setup --list --json` lists it. */
export interface ListedAgent {
  readonly agent: string;
  readonly label: string;
  /** Whether it seems to be on this machine. */
  readonly found: boolean;
  /** The settings file. */
  readonly file: string;
  /** How many of our hooks are in it; undefined when it cannot be read. */
  readonly hooks: number | undefined;
}

/** What went wrong, in the command line's own words; then no settings were written. */
export interface SetupFailure {
  readonly failure: string;
}

/** Runs `agent-trace setup --json` with further options in a folder: a result for each agent. */
export function runSetup(
  cli: BundledCli,
  options: readonly string[],
  cwd: string,
): Promise<readonly SetupResult[] | SetupFailure> {
  return run(cli, options, cwd, decodeResult);
}

/** The agents that may have hooks in a folder (with `--global` in `options`: in the user's home). */
export function listAgents(
  cli: BundledCli,
  options: readonly string[],
  cwd: string,
): Promise<readonly ListedAgent[] | SetupFailure> {
  return run(cli, ['--list', ...options], cwd, decodeListed);
}

function run<T>(
  cli: BundledCli,
  options: readonly string[],
  cwd: string,
  decode: (record: JsonRecord) => T | undefined,
): Promise<readonly T[] | SetupFailure> {
  return new Promise((resolve) => {
    const args = [cli.script, 'setup', '--json', ...options];
    const child = execFile(cli.runtime, args, { cwd, env: cli.env, windowsHide: true }, (error, stdout, stderr) => {
      const lines = error ? [] : stdout.split('\n');
      const decoded = lines.flatMap((line) => {
        const record = asRecord(parseJson(line));
        return (record && decode(record)) ?? [];
      });
      const said = stderr.replace(/^agent-trace: /, '').trim();
      resolve(decoded.length > 0 ? decoded : { failure: said || error?.message || `${cli.script} said nothing` });
    });
    child.stdin?.end();
  });
}

function decodeResult(record: JsonRecord): SetupResult | undefined {
  const file = asString(record.file);
  if (file === undefined) return undefined;
  const texts = (list: unknown) => (asArray(list) ?? []).filter((each) => typeof each === 'string');
  return {
    ...namesOf(record),
    file,
    added: texts(record.added),
    updated: texts(record.updated),
    removed: texts(record.removed),
    claudeVersion: asString(record.claude_version),
    warnings: texts(record.warnings),
    notes: texts(record.notes),
  };
}

function decodeListed(record: JsonRecord): ListedAgent | undefined {
  const file = asString(record.file);
  if (file === undefined) return undefined;
  return { ...namesOf(record), file, found: record.found === true, hooks: asNumber(record.hooks) };
}

function namesOf(record: JsonRecord): { readonly agent: string; readonly label: string } {
  const agent = asString(record.agent) ?? '';
  return { agent, label: asString(record.label) ?? agent };
}
