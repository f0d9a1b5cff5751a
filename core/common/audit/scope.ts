/**
 * What a session may do, as `.agent-scope.json` says it. The format is that of agent-strace, so that either tool reads
 * the other's files; `network.deny`, `$schema` and `observed` are ours.
 */
export interface Scope {
  readonly read: ScopeLists;
  readonly write: ScopeLists;
  readonly commands: ScopeLists;
  readonly network: NetworkScope;
}

/** What is denied, and what alone is allowed; `deny` goes before. */
export interface ScopeLists {
  /** Undefined when everything is allowed that is not denied. */
  readonly allow: ScopeAllow | undefined;
  readonly deny: readonly ScopePattern[];
}

/** A list of what alone is allowed, and where it stands. */
export interface ScopeAllow extends Place {
  readonly patterns: readonly ScopePattern[];
}

/** Hosts. `denyAll` stands where the field does; undefined when everything is allowed that is not denied. */
export interface NetworkScope extends ScopeLists {
  readonly denyAll: Place | undefined;
}

/** A pattern of the file. */
export interface ScopePattern extends Place {
  /** Such as `files.read.deny[0]`. */
  readonly field: string;
  readonly text: string;
}

/** A place in the file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The name under which it is found. */
export const SCOPE_FILE = '.agent-scope.json';

const GLOBS = '`*` stays within a name, `**` does not; relative to the workspace';

/** The fields of the file by path, and what each is for; Markdown. The checker, the schema and the docs read it. */
export const SCOPE_FIELDS = {
  $schema: 'address of a schema, for editors',
  observed: 'what `agent-trace policy` saw; nothing is checked by it',
  files: 'files that calls read and write',
  'files.read': 'files that are read',
  'files.read.allow': `globs of all that may be read; ${GLOBS}`,
  'files.read.deny': 'globs of what may not be read, whatever is allowed',
  'files.write': 'files that are written',
  'files.write.allow': `globs of all that may be written; ${GLOBS}`,
  'files.write.deny': 'globs of what may not be written, whatever is allowed',
  commands: 'commands of the shell, each in a line by itself',
  'commands.allow': 'all that may be run: the first words of a command, or a glob of the whole of it',
  'commands.deny': 'what may not be run, whatever is allowed, also within scripts and behind `sudo` or `env`',
  network: 'hosts that calls and commands name',
  'network.deny_all': '`true`: no host but those of `allow`; `false`: any host',
  'network.allow': 'hosts that may be reached, `*` being any run of characters',
  'network.deny': 'hosts that may not be reached, whatever is allowed',
} as const;

export type ScopeField = keyof typeof SCOPE_FIELDS;

/** The names of the fields directly in a field; of the file as a whole by default. */
export function scopeFieldsIn(parent?: string): readonly string[] {
  const start = parent === undefined ? '' : `${parent}.`;
  return Object.keys(SCOPE_FIELDS)
    .filter((field) => field.startsWith(start) && !field.slice(start.length).includes('.'))
    .map((field) => field.slice(start.length));
}
