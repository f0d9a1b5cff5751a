import { join, resolve } from 'node:path';

/** Where the user's own configuration is. */
export interface UserConfigLocation {
  readonly file: string;
  /** True when the user named it: then it must exist. */
  readonly named: boolean;
}

/** `$AGENT_TRACE_CONFIG`, or `.agent-trace/config.json` in the home directory. */
export function userConfigLocation(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): UserConfigLocation {
  const named = env['AGENT_TRACE_CONFIG'];
  return named
    ? { file: resolve(named), named: true }
    : { file: join(home, '.agent-trace', 'config.json'), named: false };
}
