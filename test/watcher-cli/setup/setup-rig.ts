import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runSetup, type SetupEnvironment, type SetupOptions } from '../../../watcher-cli/setup/run-setup.ts';

/** A workspace and a home of their own, removed when the test is done. */
export interface SetupRig {
  readonly cwd: string;
  readonly home: string;
  readonly hookScript: string;
  /** The workspace's settings file. */
  readonly settings: string;
  /** Puts a program named `claude` that runs this shell text into a folder, by default one on the rig's PATH. */
  fakeClaude(body: string, folder?: string): Promise<string>;
  setup(options?: SetupOptions, env?: Partial<SetupEnvironment>): Promise<SetupRun>;
  write(text: string | Uint8Array): Promise<void>;
  /** Undefined when there is no settings file. */
  read(): Promise<string | undefined>;
}

export interface SetupRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function setupRig(): Promise<SetupRig> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'agent-trace-setup-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const [cwd, home, bin] = ['workspace', 'home', 'bin'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  // Hooks are not to call what lies in a folder that others may write, such as the temporary one.
  const hookScript = path.join(home, 'agent-trace', 'dist', 'hook.cjs');
  await Promise.all([cwd, home, bin, path.dirname(hookScript)].map((folder) => mkdir(folder, { recursive: true })));
  await writeFile(hookScript, '');
  const settings = path.join(cwd, '.claude', 'settings.json');
  return {
    cwd,
    home,
    hookScript,
    settings,
    fakeClaude: async (body, folder = bin) => {
      const file = path.join(folder, 'claude');
      await mkdir(folder, { recursive: true });
      await writeFile(file, `#!/bin/sh\n${body}\n`);
      await chmod(file, 0o755);
      return file;
    },
    setup: async (options = {}, env = {}) => {
      const stdout: string[] = [];
      const stderr: string[] = [];
      const code = await runSetup(
        options,
        {
          cwd,
          home,
          env: { PATH: `${bin}:/usr/bin:/bin` },
          node: process.execPath,
          version: '0.1.0',
          hookScript,
          ...env,
        },
        { stdout: { write: (text) => stdout.push(text) }, stderr: { write: (text) => stderr.push(text) } },
      );
      return { code, stdout: stdout.join(''), stderr: stderr.join('') };
    },
    write: async (text) => {
      await mkdir(path.dirname(settings), { recursive: true });
      await writeFile(settings, text);
    },
    read: () => readFile(settings, 'utf8').catch(() => undefined),
  };
}
