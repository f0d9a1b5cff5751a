/** What a hook needs of its process; given by `hook-main.ts`, or by tests. */
export interface HookHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly pid: number;
  readonly cwd: string;
  /** Unix seconds. */
  readonly now: number;
  /** A new event id at each call. */
  readonly newId: () => string;
}
