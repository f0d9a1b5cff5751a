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
  readonly load: LoadBundle;
}

/**
 * Loads a bundle beside the hook's own by its name: what few calls need is loaded by those alone. Throws the system's error.
 */
export type LoadBundle = <T>(name: string) => T;
