import { homedir } from 'node:os';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { errorText } from '../../core/common/error-text.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import { type CompiledPolicy, compilePolicy } from '../../core/common/rules/evaluate.ts';
import type { Policy } from '../../core/common/rules/rule.ts';
import { formatRuleIssue } from '../../core/common/rules/rule-issue.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { privateAlertLog } from '../../core/node/alerts/private-alert-log.ts';
import { ControlServer } from '../../core/node/control/server.ts';
import { acquireStoreLock } from '../../core/node/control/store-lock.ts';
import { Enforcer } from '../../core/node/enforce/enforcer.ts';
import { findTarget } from '../../core/node/enforce/find-target.ts';
import { systemProcessControl } from '../../core/node/process/system-process-control.ts';
import { type LoadedPolicy, loadPolicy, type PolicyLocation } from '../../core/node/rules/load-policy.ts';
import { userConfigLocation } from '../../core/node/rules/user-config.ts';
import { RuleFileWatch } from '../../core/node/rules/watch-rule-file.ts';
import { summaryOf } from '../../core/node/sessions/stored-sessions.ts';
import { openStore } from '../../core/node/store/open-store.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';
import { unblockedOutput } from '../view/unblocked-output.ts';
import { AlertRecord } from './alert-record.ts';
import { controlHandlers } from './control-handlers.ts';
import { jsonOutput } from './json-output.ts';
import { isLiveSession } from './live-session.ts';
import { onlySession } from './only-session.ts';
import { terminalOutput } from './terminal-output.ts';
import type { WatchOutput } from './watch-output.ts';
import { Watcher } from './watcher.ts';
import { postAlert } from './webhook.ts';
import { writePostmortem } from './write-postmortem.ts';

export interface WatchOptions {
  /** Id of one session, or a beginning of it; every active session when left out. */
  readonly session?: string | undefined;
  /** Path of a rule file; the workspace's own when left out. */
  readonly rules?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** Seconds without any event after which watching ends; never when left out. */
  readonly maxIdle?: number | undefined;
}

/**
 * `agent-trace watch`: resolves when `stop` fires or after `maxIdle`. Throws AgentTraceError: `bad-rules`,
 * `already-watched`, `no-such-session`, `refused`.
 */
export async function watchStore(context: CliContext, options: WatchOptions, stop: AbortSignal): Promise<void> {
  const workspace = findWorkspace(context.cwd, context.env);
  const location: PolicyLocation = {
    rules: { workspace: workspace.folder, file: options.rules },
    userConfig: userConfigLocation(context.env, homedir()),
  };
  const loaded = await loadPolicy(location);
  if ('issues' in loaded) throw new AgentTraceError('bad-rules', issueText(loaded));
  let { policy } = loaded;

  const runtimeDir = context.runtimeDir();
  const store = openStore({ path: workspace.store, chosen: workspace.chosen }).path;
  const only = options.session === undefined ? undefined : onlySession(store, options.session);
  const lock = acquireStoreLock({ runtimeDir, store, table: context.table, now: context.now });
  const { now, table } = context;
  const alerts = privateAlertLog(runtimeDir, store);
  const outputOptions = { ...context, policy: () => policy, sessions: () => watcher.watched, summary };
  const output: WatchOutput = options.json
    ? jsonOutput({ stdout: unblockedOutput(context.stdout), stderr: context.stderr })
    : terminalOutput(outputOptions);
  const idle = idleTimer(options.maxIdle);
  let server: ControlServer | undefined;

  const record = new AlertRecord({ store, own: alerts, onIssue: (message) => output.note(message, 'bad') });
  // Told before it is done: whatever fails here, the agent is still stopped.
  const announce = (alert: Alert): void => {
    record.append(alert);
    try {
      output.alert(alert);
      server?.broadcast(alert);
    } catch (error) {
      output.note(`an alert of session ${alert.session_id} is not shown: ${errorText(error)}`, 'bad');
    }
    if (policy.webhook) {
      postAlert(policy.webhook, alert).catch((error) => output.note(`webhook: ${errorText(error)}`, 'bad'));
    }
  };
  const enforcer = new Enforcer({
    control: systemProcessControl(runtimeDir),
    findTarget: (sessionId) => findTarget(runtimeDir, store, sessionId),
    announce,
    now,
    monitor: options.dryRun ?? false,
  });
  const watcher = new Watcher({
    store,
    only,
    policy: compiled(policy),
    mode: options.dryRun ? 'monitor' : 'enforce',
    prices: genaiPriceBook(),
    enforcer,
    alerts,
    targetOf: (id) => {
      const search = findTarget(runtimeDir, store, id);
      return 'target' in search ? JSON.stringify(search.target.process) : '';
    },
    isLive: (id) => id === only || isLiveSession(table, runtimeDir, store, id),
    now,
    onEvent: (session, event) => {
      idle.restart();
      output.event(session.id, event);
    },
    onChange: () => output.refresh(),
    onIssue: (message) => output.note(message, 'bad'),
    onKilled: (session, decision, outcome) => {
      try {
        output.note(`postmortem: ${writePostmortem(store, session.state, decision, outcome)}`, 'plain');
      } catch (error) {
        output.note(`the postmortem of ${session.id} cannot be written: ${errorText(error)}`, 'bad');
      }
    },
  });
  const rules = new RuleFileWatch({
    location,
    initial: loaded,
    onChange: (result) => {
      if ('issues' in result) {
        output.note(`the new rules are not used, the old ones stay in force:\n${issueText(result)}`, 'bad');
        return;
      }
      policy = result.policy;
      watcher.replacePolicy(compiled(policy));
      output.note(describePolicy(policy, options.dryRun), 'plain');
    },
    onError: (error) => output.note(`changes of the rules are not noticed: ${errorText(error)}`, 'bad'),
  });

  try {
    const handlers = controlHandlers({
      enforcer,
      sessions: () => watcher.watched.map((session) => summary(session.state)),
    });
    server = await ControlServer.listen({ runtimeDir, lock, handlers });
    await watcher.start();
    output.note(`watching ${store}`, 'plain');
    output.note(describePolicy(policy, options.dryRun), policy.rules.length === 0 ? 'bad' : 'plain');
    idle.restart();
    await Promise.race([aborted(stop), idle.expired]);
  } finally {
    idle.stop();
    await rules.close();
    await watcher.close();
    await server?.close();
    for (const text of stillPaused(watcher)) output.note(text, 'bad');
    await output.close();
    lock.release();
  }

  function summary(state: Parameters<typeof summaryOf>[0]) {
    return summaryOf(state, { store, runtimeDir, table, now });
  }

  function* stillPaused(of: Watcher): Iterable<string> {
    for (const { state } of of.watched) {
      const { session_id, state: phase, parent_session_id } = summary(state);
      if (phase !== 'paused' || parent_session_id !== null) continue;
      yield `session ${session_id} stays paused; agent-trace resume ${session_id} lets it go on`;
    }
  }
}

function compiled(policy: Policy): CompiledPolicy {
  const nocase = process.platform === 'darwin' || process.platform === 'win32';
  return compilePolicy(policy, { nocase, home: homedir() });
}

function describePolicy(policy: Policy, dryRun: boolean | undefined): string {
  const { rules, source } = policy;
  if (rules.length === 0) {
    return `no rules${source === undefined ? '' : ` in ${source}`}: nothing is stopped, whatever happens`;
  }
  const count = rules.length === 1 ? '1 rule' : `${rules.length} rules`;
  return `${count}${source === undefined ? '' : ` from ${source}`}${dryRun ? ', dry run: nothing is signalled' : ''}`;
}

function issueText(result: Extract<LoadedPolicy, { issues: unknown }>): string {
  return result.issues.map((issue) => formatRuleIssue(issue.file, issue)).join('\n');
}

function idleTimer(seconds: number | undefined): { expired: Promise<void>; restart(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let expire = () => {};
  const expired = new Promise<void>((resolve) => {
    expire = resolve;
  });
  return {
    expired,
    restart() {
      if (seconds === undefined) return;
      clearTimeout(timer);
      timer = setTimeout(expire, seconds * 1000);
    },
    stop: () => clearTimeout(timer),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
