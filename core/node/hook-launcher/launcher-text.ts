import path from 'node:path';
import { AgentTraceError } from '../agent-trace-error.ts';
import { type Installation, type LauncherRecord, recordLine } from './launcher-record.ts';

/** The folder that a launcher lies in decides how it names its targets. */
export interface LauncherFolder {
  /** Absolute path. */
  readonly folder: string;
  /** The user's home, which the folder is in. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

const ABOUT = [
  'Runs the recorder of Agent Trace as a hook of coding agents. Written by its extension and by its command line: what is',
  'changed here is lost. Does nothing when no recorder is left; then this file can be deleted.',
];

/**
 * The launcher as a script: it takes the place of its shell with the first recorder that is still there, on the first
 * runtime that is. Whatever is gone is passed over without a word. Throws AgentTraceError `refused` for a path that
 * cannot be written down.
 */
export function launcherText(record: LauncherRecord, place: LauncherFolder): string {
  return place.platform === 'win32' ? cmdLauncher(record, place) : shLauncher(record);
}

function shLauncher(record: LauncherRecord): string {
  const run = (installation: Installation) =>
    runtimesOf(record, installation).map((runtime) => {
      const program = quoteForSh(runtime);
      return `[ -f "$hook" ] && [ -x ${program} ] && exec ${program} "$hook" "$@"`;
    });
  const lines = [
    '#!/bin/sh',
    ...[...ABOUT, recordLine(record)].map((line) => `# ${line}`),
    '',
    '# Nothing of the place the agent works in chooses what code is loaded.',
    'unset NODE_OPTIONS',
    '# An editor is Node with it.',
    'ELECTRON_RUN_AS_NODE=1',
    'export ELECTRON_RUN_AS_NODE',
    '',
    ...record.installations.flatMap((each) => [`hook=${quoteForSh(each.hook)}`, ...run(each)]),
  ];
  for (const installation of record.installations) {
    const parts = siblingParts(installation.hook);
    if (!parts) continue;
    lines.push(
      '',
      '# It was updated, and its editor has not started it since.',
      `for each in ${quoteForSh(parts.before)}[0-9]*${quoteForSh(parts.after)}; do hook=$each; done`,
      ...run(installation),
    );
  }
  lines.push('', '# Whoever writes to this hook is heard out.');
  for (const cat of ['/bin/cat', '/usr/bin/cat']) lines.push(`[ -x ${cat} ] && exec ${cat} > /dev/null 2>&1`);
  return `${[...lines, 'exit 0'].join('\n')}\n`;
}

/** `%~dp0` is the launcher's own folder: what lies in the user's home is named from there, whatever letters the home has. */
function cmdLauncher(record: LauncherRecord, { folder, home }: LauncherFolder): string {
  const word = (text: string) => {
    const inHome = path.win32.relative(home, text);
    const isInHome = !inHome.startsWith('..') && !path.win32.isAbsolute(inHome);
    return isInHome
      ? `%~dp0${path.win32.join(path.win32.relative(folder, home), quoteForCmd(inHome))}`
      : quoteForCmd(text);
  };
  const run = (installation: Installation) =>
    runtimesOf(record, installation).map(
      (runtime) => `if exist "%HOOK%" if exist "${word(runtime)}" "${word(runtime)}" "%HOOK%" %* & exit /b 0`,
    );
  const lines = [
    '@echo off',
    ...[...ABOUT, recordLine(record)].map((line) => `rem ${line}`),
    'setlocal DisableDelayedExpansion',
    'set "NODE_OPTIONS="',
    'set "ELECTRON_RUN_AS_NODE=1"',
    ...record.installations.flatMap((each) => [`set "HOOK=${word(each.hook)}"`, ...run(each)]),
  ];
  for (const installation of record.installations) {
    const parts = siblingParts(installation.hook);
    if (!parts) continue;
    lines.push(
      `for /d %%D in ("${word(parts.before)}*") do if exist "%%D${parts.after}" set "HOOK=%%D${parts.after}"`,
      ...run(installation),
    );
  }
  return `${[...lines, 'exit /b 0'].join('\r\n')}\r\n`;
}

function runtimesOf({ node }: LauncherRecord, { runtime }: Installation): readonly string[] {
  return [...new Set([node, runtime])].filter((each) => each !== undefined);
}

/** An editor keeps each version of an extension in a folder of its own, `publisher.name-X.Y.Z`. */
function siblingParts(hook: string): { readonly before: string; readonly after: string } | undefined {
  const parts = /^(.*-)\d+\.\d+\.\d+[^\\/]*([\\/]dist[\\/]hook\.cjs)$/s.exec(hook);
  return parts ? { before: parts[1] ?? '', after: parts[2] ?? '' } : undefined;
}

function quoteForSh(text: string): string {
  // U+FFFD stands where Node could not decode a path: the real bytes are not known.
  if (/[\0\uFFFD]/.test(text)) throw unwritable(text);
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A batch file is read in a character set that is not known here, so only ASCII is certain. */
function quoteForCmd(text: string): string {
  if (/[^\x20-\x7e]|"/.test(text)) throw unwritable(text);
  return text.replaceAll('%', '%%');
}

function unwritable(text: string): AgentTraceError {
  return new AgentTraceError(
    'refused',
    `${JSON.stringify(text)} cannot be written in the hook's launcher; install it where the path has only plain characters`,
  );
}
