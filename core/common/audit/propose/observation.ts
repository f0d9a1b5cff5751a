import { checkCommandGlob } from '../../rules/matching/command-glob.ts';
import { type FilePath, type PathOptions, pathText } from '../../rules/matching/file-path.ts';
import { checkPathGlob } from '../../rules/matching/path-glob.ts';
import { isSensitivePath } from '../../rules/matching/sensitive-path.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { ActWalk, type Inspector, type Untold, type WalkedFile, type WalkOptions } from '../act-walk.ts';
import type { CommandRun } from '../command-runs.ts';
import { checkHost } from '../read-scope.ts';
import type { Act } from '../touched.ts';
import { CommandEntries } from './command-entries.ts';
import { type Counted, countUp } from './counted.ts';
import { absoluteStyle, BELOW } from './glob-styles.ts';
import { PathTree } from './path-tree.ts';

/** What sessions did, in few patterns; sensitive files are left out of them. */
export interface Observed {
  readonly sessions: number;
  readonly read: readonly Counted[];
  readonly write: readonly Counted[];
  readonly commands: readonly Counted[];
  /** Names of programs, those that need no leave included. */
  readonly programs: readonly Counted[];
  readonly hosts: readonly Counted[];
  /** Files that hold secrets, which nothing that is proposed allows. */
  readonly sensitive: readonly Counted[];
  /** Why parts of command lines could not be read. */
  readonly untold: readonly Counted[];
  /** Commands, paths and hosts that no pattern can be written for. */
  readonly unwritable: number;
}

/** Different names of one kind that are kept. */
const MAX_NAMES = 5000;
const MAX_WORKSPACES = 50;

/** Watches sessions for what a policy would have to allow. */
export class Observation implements Inspector {
  private readonly options: WalkOptions;
  private readonly files = { read: new Files(), write: new Files() };
  private readonly commands = new CommandEntries();
  private readonly counts = {
    hosts: new Map<string, number>(),
    programs: new Map<string, number>(),
    sensitive: new Map<string, number>(),
    untold: new Map<string, number>(),
  };
  private readonly workspaces = new Set<string>();
  private sessions = 0;
  private unwritable = 0;

  constructor(options: WalkOptions) {
    this.options = options;
  }

  /** Begins another session; gives what its events go to, in the order of the file. */
  session(): (event: TraceEvent) => void {
    this.sessions += 1;
    const walk = new ActWalk(this.options, this);
    return (event) => {
      walk.apply(event);
      const workspace = walk.reader.workspace ?? this.options.workspace;
      if (workspace !== undefined && this.workspaces.size < MAX_WORKSPACES) this.workspaces.add(workspace);
    };
  }

  get observed(): Observed {
    const { paths } = this.options;
    const workspaces = [...this.workspaces];
    const read = this.files.read.globs(paths, workspaces);
    const write = this.files.write.globs(paths, workspaces);
    const isWritable = ({ text }: Counted): boolean => checkPathGlob(text) === undefined;
    const unwritable = [...read, ...write].filter((glob) => !isWritable(glob)).length;
    return {
      sessions: this.sessions,
      read: read.filter(isWritable),
      write: write.filter(isWritable),
      commands: this.commands.patterns(),
      programs: byCount(this.counts.programs),
      hosts: byCount(this.counts.hosts),
      sensitive: byCount(this.counts.sensitive),
      untold: byCount(this.counts.untold),
      unwritable: this.unwritable + unwritable,
    };
  }

  file(_: Act, { kind, paths }: WalkedFile): void {
    for (const path of paths) if (!this.isSensitive(path)) this.files[kind].add(path);
  }

  namedFile(_: Act, { paths }: WalkedFile): void {
    for (const path of paths) this.isSensitive(path);
  }

  commandLine(): void {
    // Its programs are told each for itself.
  }

  run(_: Act, run: CommandRun): void {
    if (checkCommandGlob(run.program) === undefined) this.count('programs', run.program);
    if (!this.commands.add(run)) this.unwritable += 1;
  }

  host(_: Act, host: string): void {
    if (checkHost(host) === undefined) this.count('hosts', host);
    else this.unwritable += 1;
  }

  untold(_: Act, { reason }: Untold): void {
    this.count('untold', reason);
  }

  other(): void {
    // No policy speaks of it.
  }

  private isSensitive(path: FilePath): boolean {
    const isSensitive = isSensitivePath(path);
    if (isSensitive) this.count('sensitive', pathText(path));
    return isSensitive;
  }

  private count(kind: keyof typeof this.counts, name: string): void {
    const counts = this.counts[kind];
    if (counts.has(name) || counts.size < MAX_NAMES) countUp(counts, name);
  }
}

/** Files inside and outside of the workspace. */
class Files {
  private readonly below = new PathTree();
  private readonly absolute = new PathTree();

  add({ below, absolute, above }: FilePath): void {
    if (below) this.below.add(below);
    else if (absolute) this.absolute.add(absolute);
    else if (above) this.below.add(above);
  }

  globs(paths: PathOptions, workspaces: readonly string[]): readonly Counted[] {
    return [...this.below.globs(BELOW), ...this.absolute.globs(absoluteStyle(paths, workspaces))];
  }
}

function byCount(counts: ReadonlyMap<string, number>): readonly Counted[] {
  return [...counts].map(([text, count]) => ({ text, count })).toSorted((a, b) => b.count - a.count);
}
