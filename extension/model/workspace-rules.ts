import { homedir } from 'node:os';
import { errorText } from '../../core/common/error-text.ts';
import type { Policy, RuleFileIssue } from '../../core/common/rules/rule.ts';
import type { LoadedPolicy, PolicyLocation } from '../../core/node/rules/load-policy.ts';
import { userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import type { RuleFileWatch } from '../../core/node/rules/watch-rule-file.ts';
import { KeptRules } from './kept-rules.ts';

export interface WorkspaceRulesOptions {
  /** Path of the workspace folder. */
  readonly folder: string;
  readonly runtimeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The files have been read, or they or what holds have changed. */
  readonly onChange: () => void;
  readonly onError: (message: string) => void;
}

/** The rules of one workspace folder and its user that a watcher started now would hold to; read again when they change. */
export class WorkspaceRules {
  private readonly options: WorkspaceRulesOptions;
  private watch: RuleFileWatch | undefined;
  private kept: KeptRules | undefined;
  private lastGood: Policy | undefined;
  private found: readonly RuleFileIssue[] = [];
  private closed = false;

  constructor(options: WorkspaceRulesOptions) {
    this.options = options;
    this.read().catch((error) => this.fail(error));
  }

  /**
   * The rules in force: the newest without a mistake, which a watcher keeps while there is one, or those before an agent's
   * change. Undefined until they are read.
   */
  get policy(): Policy | undefined {
    const kept = this.kept?.policy;
    if (!kept) return this.lastGood;
    const { rules, guard, prices } = kept;
    return { source: undefined, ...this.lastGood, rules, guard, prices };
  }

  /** Whether an agent's call has changed the files: they do not hold until the user accepts them. */
  get isPinned(): boolean {
    return this.kept?.policy !== undefined;
  }

  /** What is wrong with the files as they are now. */
  get issues(): readonly RuleFileIssue[] {
    return this.found;
  }

  close(): void {
    this.closed = true;
    void this.watch?.close();
    this.kept?.close();
  }

  private async read(): Promise<void> {
    // Parsers of JSON and YAML: not loaded where there is nothing to guard.
    const { loadPolicy } = await import('../../core/node/rules/load-policy.ts');
    const { RuleFileWatch } = await import('../../core/node/rules/watch-rule-file.ts');
    const { folder, runtimeDir, env, onChange, onError } = this.options;
    const location: PolicyLocation = { rules: { workspace: folder }, userConfig: userConfigLocation(env, homedir()) };
    const initial = await loadPolicy(location);
    if (this.closed) return;
    this.kept = new KeptRules({ folder, runtimeDir, onChange, onError });
    this.watch = new RuleFileWatch({
      location,
      initial,
      onChange: (result) => this.accept(result),
      onError: (error) => this.fail(error),
    });
    this.accept(initial);
  }

  private accept(loaded: LoadedPolicy | { readonly policy: Policy }): void {
    if ('policy' in loaded) this.lastGood = loaded.policy;
    this.found = 'issues' in loaded ? loaded.issues : [];
    this.options.onChange();
  }

  private fail(error: unknown): void {
    this.options.onError(`changes of the rules are not noticed: ${errorText(error)}`);
  }
}
