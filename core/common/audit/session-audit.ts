import { asNumber } from '../json.ts';
import { commandTexts } from '../rules/matching/command-glob.ts';
import { type FilePath, pathText } from '../rules/matching/file-path.ts';
import { isSensitivePath } from '../rules/matching/sensitive-path.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { ActWalk, type Inspector, shownFile, type Untold, type WalkedFile, type WalkOptions } from './act-walk.ts';
import type { CommandRun } from './command-runs.ts';
import { CompiledScope, type Denial } from './compiled-scope.ts';
import type { Finding } from './finding.ts';
import { Findings } from './findings.ts';
import type { Scope } from './scope.ts';
import type { Act } from './touched.ts';

/** What a session is held against. */
export interface AuditOptions extends WalkOptions {
  /** Undefined when there is no policy: files that hold secrets are looked for all the same. */
  readonly scope: Scope | undefined;
}

/** What came out of it. */
export interface SessionReport {
  readonly sessionId: string;
  readonly agent: string;
  /** Unix seconds; undefined without an event. */
  readonly startedAt: number | undefined;
  readonly events: number;
  /** Calls, and file events without one, that were held against the policy. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** Calls with findings of which there were too many to keep. */
  readonly leftOut: number;
  /** Calls of tools that no policy speaks of, by the tool's name. */
  readonly otherTools: ReadonlyMap<string, number>;
}

/** Tool names that are counted each for itself. */
const MAX_TOOLS = 200;
const MORE_TOOLS = 'others';

/** Holds the events of one session, in the order of the file, against a policy. Its memory does not grow with them. */
export class SessionAudit implements Inspector {
  private readonly sessionId: string;
  private readonly walk: ActWalk;
  private readonly findings = new Findings();
  private readonly otherTools = new Map<string, number>();
  private readonly scope: CompiledScope | undefined;
  private checked = 0;
  private lastChecked: Act | undefined;

  constructor(sessionId: string, options: AuditOptions) {
    this.sessionId = sessionId;
    this.scope = options.scope && new CompiledScope(options.scope, options.paths);
    this.walk = new ActWalk(options, this);
  }

  apply(event: TraceEvent): void {
    if (event.parent_id && (event.event_type === 'tool_result' || event.event_type === 'error')) {
      const { event_type, data } = event;
      const failed = event_type === 'error' || data.denied === true || (asNumber(data.exit_code) ?? 0) !== 0;
      this.findings.settle(event.parent_id, failed);
    }
    this.walk.apply(event);
  }

  get report(): SessionReport {
    const { agent, startedAt, events } = this.walk.reader;
    const { all: findings, leftOut } = this.findings;
    const { sessionId, checked, otherTools } = this;
    return { sessionId, agent, startedAt, events, checked, findings, leftOut, otherTools };
  }

  file(act: Act, file: WalkedFile): void {
    this.count(act);
    const isSensitive = this.sensitive(act, file);
    const denial = this.scope?.deniesFile(file.kind, file.paths);
    // That no list names it has been said then.
    if (!isSensitive || denial?.pattern !== undefined) this.violation(act, file.kind, shownFile(file), denial, file);
  }

  namedFile(act: Act, file: WalkedFile): void {
    const { scope } = this;
    const denial =
      scope?.deniesNamedFile('read', file.paths) ??
      (file.kind === 'write' ? scope?.deniesNamedFile('write', file.paths) : undefined);
    this.violation(act, file.kind, shownFile(file), denial, file);
    this.sensitive(act, file);
  }

  commandLine(act: Act, line: string): void {
    this.count(act);
    const found = this.scope?.restrictsCommands ? this.scope.deniesTexts(commandTexts(line)) : undefined;
    if (found) this.violation(act, 'command', found.text, found.denial, { commandLine: line });
  }

  run(act: Act, run: CommandRun, line: string): void {
    const denial = this.scope?.deniesRun(run);
    this.violation(act, 'command', run.texts.at(-1)?.text ?? '', denial, { commandLine: line });
  }

  host(act: Act, host: string, commandLine: string | undefined): void {
    this.count(act);
    this.violation(act, 'network', host, this.scope?.deniesHost(host), { commandLine });
  }

  untold(act: Act, { what, target, reason, concerns }: Untold): void {
    this.count(act);
    const { scope } = this;
    const isLost =
      concerns === undefined || (concerns === 'network' ? scope?.restrictsHosts : scope?.restrictsFiles(concerns));
    if (isLost) this.findings.add(act, { kind: 'unchecked', what, target, reason });
  }

  other({ tool }: Act): void {
    const name = this.otherTools.has(tool) || this.otherTools.size < MAX_TOOLS ? tool : MORE_TOOLS;
    this.otherTools.set(name, (this.otherTools.get(name) ?? 0) + 1);
  }

  private count(act: Act): void {
    if (act === this.lastChecked) return;
    this.lastChecked = act;
    this.checked += 1;
  }

  private violation(
    act: Act,
    what: Finding['what'],
    target: string,
    denial: Denial | undefined,
    { commandLine, paths }: { readonly commandLine: string | undefined; readonly paths?: readonly FilePath[] },
  ): void {
    if (!denial) return;
    const reason = paths?.[1] && `a link leads to ${pathText(paths[1])}`;
    this.findings.add(act, { kind: 'violation', what, target, commandLine, denial, reason });
  }

  /** Whether it is, and no `allow` names it. */
  private sensitive(act: Act, file: WalkedFile): boolean {
    const { kind: what, paths, commandLine } = file;
    const found = paths.find((path) => isSensitivePath(path) && this.scope?.namesFile(path) !== true);
    if (!found) return false;
    const reason = found === paths[0] ? undefined : `a link leads to ${pathText(found)}`;
    this.findings.add(act, { kind: 'sensitive', what, target: shownFile(file), commandLine, reason });
    return true;
  }
}
