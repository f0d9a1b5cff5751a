import { expandBraces } from '../rules/matching/brace-expansion.ts';
import type { FilePath, PathOptions } from '../rules/matching/file-path.ts';
import { matchWildcard } from '../rules/matching/match-sequence.ts';
import { compilePathGlob, matchesPath, type PathGlob } from '../rules/matching/path-glob.ts';
import { allowsCommand, type CommandPattern, commandPattern } from './command-pattern.ts';
import type { CommandRun } from './command-runs.ts';
import type { Place, Scope, ScopeAllow, ScopeLists, ScopePattern } from './scope.ts';

/** Why something is not allowed: the rule of the policy, and where it stands. */
export interface Denial extends Place {
  /** `files.read.deny[0]`, or the list that names all that is allowed: `files.read.allow`. */
  readonly rule: string;
  /** Of a `deny`. */
  readonly pattern?: string;
}

interface Compiled<T> {
  readonly pattern: ScopePattern;
  readonly ready: T;
}

interface CompiledLists<T> {
  readonly allow: { readonly list: ScopeAllow; readonly patterns: readonly Compiled<T>[] } | undefined;
  readonly deny: readonly Compiled<T>[];
}

/** A scope made ready to be held against calls. */
export class CompiledScope {
  private readonly files: Readonly<Record<'read' | 'write', CompiledLists<PathGlob>>>;
  private readonly commands: CompiledLists<CommandPattern>;
  private readonly hosts: CompiledLists<string>;
  private readonly denyAll: Place | undefined;
  /** Globs of both `allow` lists that end in a name without wildcards. */
  private readonly exact: readonly PathGlob[];

  constructor(scope: Scope, paths: PathOptions) {
    const glob = (text: string): PathGlob => compilePathGlob(text, paths);
    this.files = { read: compileLists(scope.read, glob), write: compileLists(scope.write, glob) };
    this.commands = compileLists(scope.commands, commandPattern);
    this.hosts = compileLists(scope.network, (text) => text.toLowerCase());
    this.denyAll = scope.network.denyAll;
    const allowed = [scope.read, scope.write].flatMap(({ allow }) => allow?.patterns ?? []);
    this.exact = allowed.flatMap(({ text }) => namesFiles(text).map(glob));
  }

  /** Whether commands are restricted at all. */
  get restrictsCommands(): boolean {
    return restricts(this.commands);
  }

  get restrictsHosts(): boolean {
    return restricts(this.hosts) || this.denyAll !== undefined;
  }

  restrictsFiles(kind: 'read' | 'write'): boolean {
    return restricts(this.files[kind]);
  }

  /** `paths`: the file as it was named and, where links lead elsewhere, as it is: each has to be allowed. */
  deniesFile(kind: 'read' | 'write', paths: readonly FilePath[]): Denial | undefined {
    const denied = this.deniesNamedFile(kind, paths);
    const { allow } = this.files[kind];
    if (denied || !allow) return denied;
    const isAllowed = paths.every((path) => allow.patterns.some(({ ready }) => matchesPath(ready, path)));
    return isAllowed ? undefined : notIn(allow.list, `files.${kind}.allow`);
  }

  /** By `deny` alone: of a file of which only the name is known. */
  deniesNamedFile(kind: 'read' | 'write', paths: readonly FilePath[]): Denial | undefined {
    return first(this.files[kind].deny, (glob) => paths.some((path) => matchesPath(glob, path)));
  }

  /** Whether `allow` names the very file, which makes one that is sensitive a file like any other. */
  namesFile(path: FilePath): boolean {
    return this.exact.some((glob) => matchesPath(glob, path));
  }

  /** `texts`: see `commandTexts`. */
  deniesTexts(texts: readonly string[]): { readonly denial: Denial; readonly text: string } | undefined {
    for (const { pattern, ready } of this.commands.deny) {
      const text = texts.find((each) => ready.matches(each));
      if (text !== undefined) return { denial: denialOf(pattern), text };
    }
    return undefined;
  }

  /** By what alone is allowed. */
  deniesRun({ texts }: CommandRun): Denial | undefined {
    const { allow } = this.commands;
    if (!allow || texts.length === 0) return undefined;
    const isAllowed = allow.patterns.some(({ ready }) => allowsCommand(ready, texts));
    return isAllowed ? undefined : notIn(allow.list, 'commands.allow');
  }

  /** `host` in lower case. */
  deniesHost(host: string): Denial | undefined {
    const denied = first(this.hosts.deny, (pattern) => matchWildcard(pattern, host));
    const { allow } = this.hosts;
    if (denied || allow?.patterns.some(({ ready }) => matchWildcard(ready, host))) return denied;
    if (this.denyAll) return { rule: 'network.deny_all', line: this.denyAll.line, column: this.denyAll.column };
    return allow && notIn(allow.list, 'network.allow');
  }
}

function compileLists<T>({ allow, deny }: ScopeLists, compile: (text: string) => T): CompiledLists<T> {
  const ready = (pattern: ScopePattern): Compiled<T> => ({ pattern, ready: compile(pattern.text) });
  return { allow: allow && { list: allow, patterns: allow.patterns.map(ready) }, deny: deny.map(ready) };
}

function restricts({ allow, deny }: CompiledLists<unknown>): boolean {
  return allow !== undefined || deny.length > 0;
}

function first<T>(patterns: readonly Compiled<T>[], matches: (ready: T) => boolean): Denial | undefined {
  const found = patterns.find(({ ready }) => matches(ready));
  return found && denialOf(found.pattern);
}

function denialOf({ field, text, line, column }: ScopePattern): Denial {
  return { rule: field, pattern: text, line, column };
}

function notIn({ line, column }: Place, rule: string): Denial {
  return { rule, line, column };
}

function namesFiles(glob: string): readonly string[] {
  const alternatives = expandBraces(glob);
  if ('message' in alternatives) return [];
  return alternatives.filter((each) => {
    const name = each.slice(each.lastIndexOf('/') + 1);
    return name !== '' && !/[*?[]/.test(name);
  });
}
