import { statSync } from 'node:fs';
import path from 'node:path';
import { errorText } from '../../core/common/error-text.ts';
import { type CompiledPolicy, compilePolicy } from '../../core/common/rules/evaluate.ts';
import { DEFAULT_GUARD, type GuardSettings } from '../../core/common/rules/guard-settings.ts';
import { linearPattern } from '../../core/common/rules/language/linear-pattern.ts';
import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import type { Policy, PolicyResult, Rule } from '../../core/common/rules/rule.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { type LoadedPolicy, loadPolicy, type PolicyLocation } from '../../core/node/rules/load-policy.ts';
import { policyFiles, readPolicyCache, stateOf, writePolicyCache } from '../../core/node/rules/policy-cache.ts';
import { systemPaths } from '../../core/node/rules/system-paths.ts';
import type { UserConfigLocation } from '../../core/node/rules/user-config-location.ts';
import { RuleFileWatch } from '../../core/node/rules/watch-rule-file.ts';
import { describePolicy } from './describe-policy.ts';

export interface RulesInForceOptions {
  /** Folder whose rules they are. */
  readonly folder: string;
  /** Path of a rule file instead of the folder's own; it is this watcher's alone. */
  readonly file: string | undefined;
  readonly userConfig: UserConfigLocation;
  readonly runtimeDir: string;
  /** Rules say what they would do, and do nothing. */
  readonly dryRun: boolean;
  readonly note: (text: string, tone: 'plain' | 'bad') => void;
}

export interface RuleChanges {
  /** The session of which a call may have changed a file at this time, Unix seconds. */
  readonly madeBy: (at: number) => string | undefined;
  /** Other rules are in force. */
  readonly onChange: () => void;
}

const UNACCEPTED = 'Those before hold until you say `agent-trace rules accept`.';

/** The rules that a watcher holds sessions against: those of the files, or those before while an agent's change is not accepted. */
export class RulesInForce {
  /** The files that the rules come from. */
  readonly files: readonly string[];
  private readonly options: RulesInForceOptions;
  private readonly location: PolicyLocation;
  private readonly loaded: LoadedPolicy;
  private inForce: Policy;
  private unaccepted: Policy | undefined;
  private watch: RuleFileWatch | undefined;
  private onChange = () => {};

  /** Throws AgentTraceError `bad-rules`, with every mistake of the files. */
  static async load(options: RulesInForceOptions): Promise<RulesInForce> {
    const { folder, file, userConfig } = options;
    const location = { rules: { workspace: folder, file }, userConfig };
    const loaded = await loadPolicy(location);
    if ('issues' in loaded) throw new AgentTraceError('bad-rules', issueText(loaded));
    return new RulesInForce(options, location, loaded);
  }

  private constructor(
    options: RulesInForceOptions,
    location: PolicyLocation,
    loaded: Exclude<LoadedPolicy, { issues: unknown }>,
  ) {
    const { folder, file, userConfig, runtimeDir } = options;
    this.options = options;
    this.location = location;
    this.loaded = loaded;
    this.inForce = loaded.policy;
    this.files = file === undefined ? policyFiles(folder, userConfig.file) : [userConfig.file, path.resolve(file)];
    const kept = file === undefined ? readPolicyCache(runtimeDir, folder, stateOf(this.files))?.policy : undefined;
    if (!kept?.pinned) return;
    this.unaccepted = loaded.policy;
    this.inForce = { ...loaded.policy, rules: kept.rules, guard: kept.guard, prices: kept.prices };
  }

  /** In the mode in which they hold. */
  get policy(): Policy {
    const { rules } = this.inForce;
    return this.options.dryRun ? { ...this.inForce, rules: rules.map(monitored) } : this.inForce;
  }

  get guard(): GuardSettings {
    return this.inForce.guard ?? DEFAULT_GUARD;
  }

  get compiled(): CompiledPolicy {
    return compilePolicy(this.policy, systemPaths(), linearPattern);
  }

  /** Says which rules hold. */
  describe(): void {
    const { note, dryRun } = this.options;
    if (this.unaccepted) note(`an agent has changed the rules. ${UNACCEPTED}`, 'bad');
    note(describePolicy(this.inForce, dryRun), this.inForce.rules.length === 0 ? 'bad' : 'plain');
  }

  /** Takes in changes of the files from now on, those since they were loaded too. */
  follow({ madeBy, onChange }: RuleChanges): void {
    const { note } = this.options;
    this.onChange = onChange;
    this.watch = new RuleFileWatch({
      location: this.location,
      initial: this.loaded,
      onChange: (result) => this.take(result, madeBy),
      onError: (error) => note(`changes of the rules are not noticed: ${errorText(error)}`, 'bad'),
    });
  }

  /** Lets rules hold that an agent has changed. False when those in the files hold already. */
  accept(): boolean {
    if (!this.unaccepted) return false;
    this.apply(this.unaccepted);
    return true;
  }

  async close(): Promise<void> {
    await this.watch?.close();
  }

  private take(result: PolicyResult, madeBy: RuleChanges['madeBy']): void {
    const { note } = this.options;
    if ('issues' in result) {
      note(`the new rules are not used, the old ones stay in force:\n${issueText(result)}`, 'bad');
      return;
    }
    const by = madeBy(changedAt(this.files));
    if (by === undefined) {
      this.apply(result.policy);
      return;
    }
    this.unaccepted = result.policy;
    this.keep(true);
    note(`the rules were changed while a call of session ${by} ran. ${UNACCEPTED}`, 'bad');
  }

  private apply(policy: Policy): void {
    const { note, dryRun } = this.options;
    this.unaccepted = undefined;
    this.inForce = policy;
    this.keep(false);
    this.onChange();
    note(describePolicy(policy, dryRun), 'plain');
  }

  /** For hooks, and for the next watcher. */
  private keep(pinned: boolean): void {
    const { folder, file, runtimeDir, note } = this.options;
    if (file !== undefined) return;
    const { rules, prices } = this.inForce;
    try {
      writePolicyCache(runtimeDir, folder, stateOf(this.files), {
        rules,
        guard: this.guard,
        issues: [],
        pinned,
        prices,
      });
    } catch (error) {
      note(`hooks do not know the rules in force: ${errorText(error)}`, 'bad');
    }
  }
}

function monitored(rule: Rule): Rule {
  return { ...rule, mode: 'monitor' };
}

/** Unix seconds of the newest change of a file's content or place. */
function changedAt(files: readonly string[]): number {
  return Math.max(0, ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0)) / 1000;
}

function issueText(result: Extract<LoadedPolicy, { issues: unknown }>): string {
  return result.issues.map((issue) => formatRuleIssue(issue.file, issue)).join('\n');
}
