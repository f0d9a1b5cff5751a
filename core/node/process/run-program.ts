/**
 * Standard output of a system program, undefined when it cannot be started, fails or takes longer than ten seconds.
 * The environment is fixed, so that its output has one form: C locale, UTC.
 */
export type RunProgram = (file: string, args: readonly string[]) => string | undefined;

export const runProgram: RunProgram = (file, args) => {
  // Loaded only when needed: on Linux nothing here is ever started, and hooks import this file.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync(file, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
    timeout: 10_000,
    windowsHide: true,
  });
  return status === 0 ? stdout : undefined;
};
