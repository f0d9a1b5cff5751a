import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { decodeHandedPrices } from '../../core/common/cost/handed-prices.ts';
import { errorText } from '../../core/common/error-text.ts';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { AskAnswer } from '../../core/common/protocol/control.ts';
import { createRedactor } from '../../core/common/redact/redactor.ts';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import { type GuardFacts, guardState } from '../../core/common/view/guard-state.ts';
import { privateAlertLog } from '../../core/node/alerts/private-alert-log.ts';
import { ControlServer } from '../../core/node/control/server.ts';
import { acquireStoreLock } from '../../core/node/control/store-lock.ts';
import { Enforcer } from '../../core/node/enforce/enforcer.ts';
import { findTarget } from '../../core/node/enforce/find-target.ts';
import { localDay } from '../../core/node/local-day.ts';
import { readRegistration } from '../../core/node/process/registration.ts';
import { systemProcessControl } from '../../core/node/process/system-process-control.ts';
import { realPath } from '../../core/node/real-path.ts';
import { userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import { agentProcess } from '../../core/node/sessions/agent-process.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { summaryOf } from '../../core/node/sessions/stored-sessions.ts';
import { openStore } from '../../core/node/store/open-store.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';
import { NativeFollower } from '../native/native-follower.ts';
import { unblockedOutput } from '../view/unblocked-output.ts';
import { AlertRecord } from './alert-record.ts';
import { AskedCalls } from './asked-calls.ts';
import { CallHolds } from './call-holds.ts';
import { controlHandlers } from './control-handlers.ts';
import { GuardedFiles, hookSettings } from './guarded-files.ts';
import { HeldCalls } from './held-calls.ts';
import { IdleTimer } from './idle-timer.ts';
import { jsonOutput } from './json-output.ts';
import { LiveSessions } from './live-sessions.ts';
import { onlySession } from './only-session.ts';
import { RulesInForce } from './rules-in-force.ts';
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
  /** Whether sessions that nobody records are followed in their agents' own files; true when left out. */
  readonly followNative?: boolean | undefined;
  /** Seconds without any event after which watching ends; never when left out. */
  readonly maxIdle?: number | undefined;
  /** Lines of the program that has started this one: see `decodeHandedPrices`. */
  readonly starter?: Readable | undefined;
}

/**
 * `agent-trace watch`: resolves when `stop` fires or after `maxIdle`. Throws AgentTraceError: `bad-rules`,
 * `already-watched`, `no-such-session`, `refused`.
 */
export async function watchStore(context: CliContext, options: WatchOptions, stop: AbortSignal): Promise<void> {
  const workspace = findWorkspace(context.cwd, context.env);
  const runtimeDir = context.runtimeDir();
  const home = context.env['HOME'] || homedir();
  const note = (text: string, tone: 'plain' | 'bad'): void => output.note(text, tone);
  const rules = await RulesInForce.load({
    folder: workspace.folder,
    file: options.rules,
    userConfig: userConfigLocation(context.env, homedir()),
    runtimeDir,
    dryRun: options.dryRun === true,
    note,
  });
  context.ownPrices.set({ configured: rules.policy.prices ?? {} });
  const store = openStore({ path: workspace.store, chosen: workspace.chosen }).path;
  const only = options.session === undefined ? undefined : onlySession(store, options.session);
  const lock = acquireStoreLock({ runtimeDir, store, table: context.table, now: context.now });
  const { now, table } = context;
  const alerts = privateAlertLog(runtimeDir, store);
  const outputOptions = {
    ...context,
    keyboard: context.stdout.isTTY && process.stdin.isTTY ? process.stdin : undefined,
    answer: (ask: string, answer: AskAnswer) => void asked.answer(ask, answer),
    policy: () => rules.policy,
    sessions: () => watcher.watched,
    shared: (session: FollowedSession) => watcher.sharedValues(session),
    summary,
  };
  const output: WatchOutput = options.json
    ? jsonOutput({ stdout: unblockedOutput(context.stdout), stderr: context.stderr })
    : // Loaded here because it takes as long to load as all the rest: it has to know how wide letters are.
      (await import('./terminal-output.ts')).terminalOutput(outputOptions);
  const idle = new IdleTimer(options.maxIdle);
  let server: ControlServer | undefined;

  const record = new AlertRecord({ store, own: alerts, onIssue: (message) => note(message, 'bad') });
  // Told before it is done: whatever fails here, the agent is still stopped.
  const announce = (alert: Alert): void => {
    record.append(alert);
    try {
      output.alert(alert);
      server?.broadcast(alert);
    } catch (error) {
      note(`an alert of session ${alert.session_id} is not shown: ${errorText(error)}`, 'bad');
    }
    const { webhook } = rules.policy;
    if (webhook) postAlert(webhook, alert).catch((error) => note(`webhook: ${errorText(error)}`, 'bad'));
  };
  const enforcer = new Enforcer({
    control: systemProcessControl(runtimeDir),
    findTarget: (sessionId) => findTarget(runtimeDir, store, sessionId),
    holdsCalls: asks,
    announce,
    now,
  });
  const calls = new HeldCalls();
  const holds = new CallHolds({ announce, now });
  const asked = new AskedCalls(now, () => output.asks(asked.waiting));
  const live = new LiveSessions(table, runtimeDir, store);
  const watcher = new Watcher({
    store,
    only,
    policy: rules.compiled,
    prices: context.prices,
    enforcer,
    native: new NativeFollower({
      store,
      workspace: options.followNative === false ? undefined : realPath(workspace.folder),
      env: { env: context.env, home },
      redact: createRedactor([]),
      runtimeDir,
      table,
      now,
      onIssue: (message) => note(message, 'bad'),
    }),
    alerts,
    guarded: new GuardedFiles([...rules.files, ...hookSettings(workspace.folder, home)]),
    calls,
    asked,
    holds,
    asks,
    targetOf: (id) => {
      const search = findTarget(runtimeDir, store, id);
      return 'target' in search ? JSON.stringify(search.target.process) : '';
    },
    isHeld,
    isLive: (id) => id === only || live.has(id),
    now,
    dayOf: localDay,
    onEvent: (session, event) => {
      idle.restart();
      output.event(session.id, event);
    },
    onChange: () => output.refresh(),
    onIssue: (message) => note(message, 'bad'),
    onKilled: (session, decision, outcome) => {
      try {
        note(`postmortem: ${writePostmortem(store, session.state, decision, outcome)}`, 'plain');
      } catch (error) {
        note(`the postmortem of ${session.id} cannot be written: ${errorText(error)}`, 'bad');
      }
    },
  });
  rules.follow({
    madeBy: (at) => watcher.judge.workingAt(at),
    onChange() {
      server?.setGuard(rules.guard);
      watcher.replace(rules.compiled, context.ownPrices.set({ configured: rules.policy.prices ?? {} }));
      output.refresh();
    },
  });
  if (options.starter) {
    createInterface({ input: options.starter }).on('line', (line) => {
      const isRepriced = context.ownPrices.set({ setting: decodeHandedPrices(line) });
      if (isRepriced) watcher.replace(rules.compiled, isRepriced);
      output.refresh();
    });
  }

  try {
    // The price book takes a tenth of a second to load: not while an agent waits with its first call.
    context.prices.contextWindow('');
    const handlers = controlHandlers({
      enforcer,
      watcher,
      calls,
      asked,
      acceptRules: () => rules.accept(),
      sessions: () => watcher.watched.map((session) => summary(session.state)),
    });
    server = await ControlServer.listen({ runtimeDir, lock, handlers, guard: rules.guard });
    holds.endLeft(alerts.read());
    await watcher.start();
    note(`watching ${store}`, 'plain');
    rules.describe();
    context.keepCode();
    idle.restart();
    await Promise.race([aborted(stop), idle.expired]);
  } finally {
    idle.stop();
    asked.close();
    await rules.close();
    await watcher.close();
    await server?.close();
    for (const text of stillPaused(watcher)) note(text, 'bad');
    await output.close();
    lock.release();
  }

  function summary(state: Parameters<typeof summaryOf>[0]): ListedSession {
    const of = summaryOf(state, { store, runtimeDir, table, now });
    const facts = (): GuardFacts => ({
      rules: rules.policy.rules,
      watcher: 'running',
      asks: asks(watcher.headId(of.session_id)),
    });
    return { ...of, guard: isLivePhase(of.state) ? guardState(facts()) : null };
  }

  function asks(sessionId: string): boolean {
    return readRegistration(runtimeDir, store, sessionId)?.asks === true;
  }

  function isHeld(id: string): boolean {
    return agentProcess(table, runtimeDir, store, id).state === 'held';
  }

  function* stillPaused(of: Watcher): Iterable<string> {
    for (const { state } of of.watched) {
      const { session_id, state: phase, parent_session_id } = summary(state);
      if (phase !== 'paused' || parent_session_id !== null) continue;
      const what = isHeld(session_id) ? 'is held no longer, but what it started stays stopped' : 'stays paused';
      yield `session ${session_id} ${what}; agent-trace resume ${session_id} lets it go on`;
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
