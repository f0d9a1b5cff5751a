import { spawn } from 'node:child_process';
import path from 'node:path';
import {
  type ClaudeCodeVersion,
  parseClaudeCodeVersion,
} from '../../core/common/adapters/claude-code/hook-event-versions.ts';
import { isExecutable } from '../../core/node/is-executable.ts';

/** The Claude Code that decides which hook events are installed, and how we know it. */
export interface KnownClaude {
  readonly version: ClaudeCodeVersion | undefined;
  /** Path of the executable that was asked; undefined when the user gave the version, or none was found. */
  readonly executable: string | undefined;
}

export interface SearchPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** Milliseconds; it answers in 15 when it is a native program, in some 500 when it is a script. */
const VERSION_DEADLINE_MS = 5000;

/**
 * The Claude Code that the user's shell would start: the first `claude` on PATH, else where its own installers put it.
 * Asks it for its version, which it tells without a network. Both are undefined when there is none, or none that
 * answers.
 */
export async function findClaude(places: SearchPlaces): Promise<KnownClaude> {
  for (const executable of programsCalled(['claude'], places)) {
    const version = parseClaudeCodeVersion(await askVersion(executable, places));
    if (version) return { executable, version };
  }
  return { version: undefined, executable: undefined };
}

/** Programs of these names that the user's shell would start, or Claude Code's own installers put where it does not look. */
export function programsCalled(called: readonly string[], { env, home, platform }: SearchPlaces): readonly string[] {
  const windows = platform === 'win32';
  const separator = windows ? ';' : ':';
  // Relative entries would start a program out of the workspace.
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(separator).filter((folder) => path.isAbsolute(folder));
  const folders = [...onPath, path.join(home, '.claude', 'local'), path.join(home, '.local', 'bin')];
  const names = windows ? called.flatMap((name) => [`${name}.exe`, `${name}.cmd`]) : called;
  return [...new Set(folders.flatMap((folder) => names.map((name) => path.join(folder, name))))].filter(isExecutable);
}

/** What `--version` prints; empty when it fails. Never takes longer than the deadline, whatever it leaves running. */
function askVersion(executable: string, { env, home, platform }: SearchPlaces): Promise<string> {
  return new Promise((resolve) => {
    const windows = platform === 'win32';
    const batch = windows && executable.endsWith('.cmd');
    const child = spawn(batch ? `"${executable}"` : executable, ['--version'], {
      cwd: home,
      env: { ...env, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that a script's children end with it.
      detached: !windows,
      shell: batch,
      windowsHide: true,
    });
    let output = '';
    const settle = (answer: string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      endGroup(child.pid, windows);
      settle('');
    }, VERSION_DEADLINE_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, 1000);
    });
    child.once('error', () => settle(''));
    child.once('close', (code) => settle(code === 0 ? output : ''));
  });
}

function endGroup(pid: number | undefined, windows: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(windows ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
