import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from '../../../scripts/file-lock.ts';

const run = promisify(execFile);

/** The last version that npm offers to Node 20; and one that declares Node 22, though it is a native program. */
export const CLAUDE_OLDER = '2.1.197';
export const CLAUDE_NEWER = '2.1.329';
/** The two differ in signals, hooks and transcripts: whatever is promised for Claude Code is tested with both. */
export const CLAUDE_VERSIONS = [CLAUDE_OLDER, CLAUDE_NEWER] as const;
export type ClaudeVersion = (typeof CLAUDE_VERSIONS)[number];

/** Longest time for one installation (235 and 361 MB on disk). */
const INSTALL_DEADLINE_MS = 10 * 60_000;

/**
 * Path of the executable of this version of Claude Code, installed by npm on first use into a cache outside the tree:
 * `$AGENT_TRACE_TEST_CACHE`, or `agent-trace-test` in the user's cache folder. Several processes may ask at once: one
 * installs, the others wait. What is in its final place is always whole.
 */
export async function installClaude(version: ClaudeVersion): Promise<string> {
  const cache = testCache();
  const folder = join(cache, `claude-code-${version}`);
  const executable = join(folder, 'node_modules', '@anthropic-ai', 'claude-code', 'bin', 'claude.exe');
  if (existsSync(executable)) return executable;
  await mkdir(cache, { recursive: true });
  await withFileLock(`${folder}.lock`, INSTALL_DEADLINE_MS, async () => {
    if (existsSync(executable)) return;
    await removePartials(cache, `claude-code-${version}`);
    await install(version, folder);
  });
  return executable;
}

function testCache(): string {
  const asked = process.env['AGENT_TRACE_TEST_CACHE'];
  if (asked) return asked;
  const caches = process.platform === 'win32' ? process.env['LOCALAPPDATA'] : process.env['XDG_CACHE_HOME'];
  return join(caches || join(homedir(), '.cache'), 'agent-trace-test');
}

async function install(version: ClaudeVersion, folder: string): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(partial);
    await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
    // Whether npm runs install scripts depends on its version and configuration, so the one that matters (it puts the
    // platform's native program in the place of a stub) is run by us.
    const flags = ['--prefix', partial, '--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...flags, `@anthropic-ai/claude-code@${version}`], {
      cwd: partial,
      timeout: INSTALL_DEADLINE_MS,
      shell: process.platform === 'win32',
    });
    const packaged = join(partial, 'node_modules', '@anthropic-ai', 'claude-code');
    await run(process.execPath, ['install.cjs'], { cwd: packaged, timeout: INSTALL_DEADLINE_MS });
    const executable = join(packaged, 'bin', 'claude.exe');
    const { stdout } = await run(executable, ['--version'], {
      env: { ...process.env, HOME: partial },
      timeout: 60_000,
    });
    if (!stdout.includes(version)) throw new Error(`${executable} says "${stdout.trim()}", not ${version}`);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** What interrupted installations left behind. */
async function removePartials(cache: string, name: string): Promise<void> {
  for (const entry of await readdir(cache))
    if (entry.startsWith(`${name}.partial-`)) await rm(join(cache, entry), { recursive: true, force: true });
}
