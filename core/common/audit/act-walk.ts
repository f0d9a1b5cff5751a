import { hostOf } from '../rules/language/host-of.ts';
import { type FilePath, type PathOptions, pathText } from '../rules/matching/file-path.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { AuditedPaths, type RealPath } from './audited-paths.ts';
import { commandFiles, type NamedFile } from './command-files.ts';
import { commandHosts } from './command-hosts.ts';
import { type CommandRun, type CommandRuns, commandRuns } from './command-runs.ts';
import type { Finding } from './finding.ts';
import { type Act, ActReader } from './touched.ts';

/** How the paths of a session compare, and where they begin. */
export interface WalkOptions {
  readonly paths: PathOptions;
  /** Where links lead; what is not on this machine leads nowhere. */
  readonly realPath: RealPath;
  /** Directory of the session, where its events do not say it. */
  readonly workspace: string | undefined;
}

/** A file, and how it was come by. */
export interface WalkedFile {
  readonly kind: 'read' | 'write';
  /** As it was named and, where links lead elsewhere, as it is; at least one. */
  readonly paths: readonly FilePath[];
  /** The command line that reads or writes it. */
  readonly commandLine: string | undefined;
}

/** Something that the trace does not tell. */
export interface Untold {
  readonly what: Finding['what'];
  readonly target: string;
  readonly reason: string;
  /** Lost only where these are restricted; undefined when it matters in any case. */
  readonly concerns: 'read' | 'write' | 'network' | undefined;
}

/** Is told what a session did, piece by piece, as a policy speaks of it. */
export interface Inspector {
  file(act: Act, file: WalkedFile): void;
  /** A file of which a command has the name; what becomes of it only its program knows. */
  namedFile(act: Act, file: WalkedFile): void;
  /** A whole command line, before its programs. */
  commandLine(act: Act, line: string): void;
  run(act: Act, run: CommandRun, line: string): void;
  /** `host` in lower case. */
  host(act: Act, host: string, commandLine: string | undefined): void;
  untold(act: Act, untold: Untold): void;
  /** A call of a tool that no policy speaks of. */
  other(act: Act): void;
}

/** Takes the events of one session, in the order of the file, apart. Its memory does not grow with them. */
export class ActWalk {
  readonly reader = new ActReader();
  private readonly inspector: Inspector;
  private readonly paths: AuditedPaths;
  private readonly workspace: string | undefined;

  constructor({ paths, realPath, workspace }: WalkOptions, inspector: Inspector) {
    this.inspector = inspector;
    this.paths = new AuditedPaths(paths, realPath);
    this.workspace = workspace;
  }

  apply(event: TraceEvent): void {
    const act = this.reader.read(event);
    if (!act) return;
    const { touched } = act;
    if (touched.kind === 'other') this.inspector.other(act);
    else if (touched.kind === 'fetch') this.visitAddress(act, touched.url);
    else if (touched.kind === 'command') this.visitCommand(act, touched.line, touched.isPosix);
    else this.visitFile(act, touched.kind, touched.path, undefined);
  }

  private pathsOf(path: string): readonly FilePath[] {
    return this.paths.of(path, this.reader.workspace ?? this.workspace);
  }

  private visitFile(act: Act, kind: 'read' | 'write', path: string, commandLine: string | undefined): void {
    const paths = this.pathsOf(path);
    const [named] = paths;
    // A search of the whole workspace says nothing of the files it reads.
    if (named?.below?.length === 0 && commandLine === undefined) this.inspector.other(act);
    else if (named) this.inspector.file(act, { kind, paths, commandLine });
    else {
      const reason = 'the path is too long to name a file';
      this.inspector.untold(act, { what: kind, target: path, reason, concerns: undefined });
    }
  }

  private visitAddress(act: Act, url: string): void {
    const host = hostOf(url);
    const reason = 'the address names no host';
    if (host !== undefined) this.inspector.host(act, host, undefined);
    else this.inspector.untold(act, { what: 'network', target: url, reason, concerns: 'network' });
  }

  private visitCommand(act: Act, line: string, isPosix: boolean): void {
    this.inspector.commandLine(act, line);
    const runs = isPosix ? commandRuns(line) : NOT_POSIX;
    for (const reason of runs.unread) {
      this.inspector.untold(act, { what: 'command', target: line, reason, concerns: undefined });
    }
    for (const run of runs.runs) this.inspector.run(act, run, line);
    for (const file of commandFiles(runs, line)) this.visitNamedFile(act, file, line);
    for (const run of runs.runs) this.visitHosts(act, run, line);
  }

  private visitNamedFile(act: Act, { kind, path, isKnown }: NamedFile, line: string): void {
    const isOpened = kind === 'read' || kind === 'write';
    if (isOpened && isKnown) {
      this.visitFile(act, kind, path, line);
      return;
    }
    const what = kind === 'changed' || kind === 'write' ? 'write' : 'read';
    if (isOpened) {
      const reason = `a file that it ${what}s is only known when it runs`;
      this.inspector.untold(act, { what, target: line, reason, concerns: what });
    }
    const paths = this.pathsOf(path);
    if (paths.length > 0) this.inspector.namedFile(act, { kind: what, paths, commandLine: line });
    // `.env*` is `.env` too.
    const stem = path.replace(/[*?]+$/, '');
    const stems = stem === path ? [] : this.pathsOf(stem);
    if (stems.length > 0) this.inspector.namedFile(act, { kind: what, paths: stems, commandLine: line });
  }

  private visitHosts(act: Act, run: CommandRun, line: string): void {
    const { hosts, mayReachOthers } = commandHosts(run);
    for (const host of hosts) this.inspector.host(act, host, line);
    if (!mayReachOthers) return;
    const reason = `${run.program} may reach hosts that it does not name`;
    this.inspector.untold(act, { what: 'network', target: line, reason, concerns: 'network' });
  }
}

const NOT_POSIX: CommandRuns = { runs: [], redirections: [], unread: ['it is a line of PowerShell'] };

/** A file as people see it: relative to the workspace where it lies inside. */
export function shownFile({ paths }: WalkedFile): string {
  return paths[0] ? pathText(paths[0]) : '';
}
