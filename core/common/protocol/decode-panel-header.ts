import { asArray, asBoolean, asCount, asNumber, asRecord, asString } from '../json.ts';
import { ACTIONS } from '../rules/rule.ts';
import type { SessionPhase } from '../session/session-summary.ts';
import { ASK_ANSWERS } from './control.ts';
import {
  type AskedCall,
  CURVE_POINTS,
  type LimitBar,
  type PanelControls,
  type PanelHeader,
  type SessionChoice,
  type SubagentNode,
} from './panel.ts';

const PHASES: readonly SessionPhase[] = ['active', 'waiting', 'paused', 'completed', 'interrupted'];
const CONTROLS = ['pause', 'resume', 'kill'] as const;
/** No agent starts agents so deep; a tree that does is cut. */
const DEEPEST = 20;

/** Undefined without an id or a phase: nothing could be said then. Whatever else is missing is unknown or empty. */
export function decodePanelHeader(value: unknown): PanelHeader | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.sessionId);
  const phase = asPhase(record?.phase);
  if (!record || sessionId === undefined || phase === undefined) return undefined;
  const watch = asRecord(record.watch);
  const tokens = asRecord(record.tokens);
  const contextPct = asNumber(record.contextPct);
  return {
    sessionId,
    agent: asString(record.agent) ?? '',
    model: asString(record.model) ?? '',
    phase,
    readShare: Math.min(1, Math.max(0, asNumber(record.readShare) ?? 1)),
    watch: { mode: watch?.mode === 'guarded' ? 'guarded' : 'observed', reason: asString(watch?.reason) ?? '' },
    startedAt: asNumber(record.startedAt) ?? null,
    endedAt: asNumber(record.endedAt) ?? null,
    lastEventAt: asNumber(record.lastEventAt) ?? null,
    isAgain: asBoolean(record.isAgain) ?? false,
    cost: asString(record.cost) ?? '$?',
    unpricedModels: asArray(record.unpricedModels).flatMap((model) => asString(model) ?? []),
    curve: asArray(record.curve).flatMap(decodePoint).slice(-CURVE_POINTS),
    tokens: {
      input: asCount(tokens?.input),
      output: asCount(tokens?.output),
      cacheRead: asCount(tokens?.cacheRead),
      cacheWrite: asCount(tokens?.cacheWrite),
    },
    contextPct: contextPct === undefined ? null : Math.min(100, Math.max(0, contextPct)),
    toolCalls: asCount(record.toolCalls),
    errors: asCount(record.errors),
    filesRead: asCount(record.filesRead),
    filesModified: asCount(record.filesModified),
    limits: asArray(record.limits).flatMap(decodeLimit),
    asked: asArray(record.asked).flatMap(decodeAsked),
    running: asArray(record.running).flatMap(decodeRunning),
    subagents: asArray(record.subagents).flatMap((node) => decodeSubagent(node, 1)),
    controls: decodeControls(record.controls),
  };
}

/** A list of one, or of none: for `flatMap`. */
export function decodeSessionChoice(value: unknown): readonly SessionChoice[] {
  const record = asRecord(value);
  const id = asString(record?.id);
  const phase = asPhase(record?.phase);
  if (!record || id === undefined || phase === undefined) return [];
  return [{ id, phase, label: asString(record.label) ?? id, cost: asString(record.cost) ?? '' }];
}

function decodePoint(value: unknown): readonly (readonly [number, number])[] {
  const [at, usd] = asArray(value).map(asNumber);
  return at === undefined || usd === undefined ? [] : [[at, usd]];
}

function decodeLimit(value: unknown): readonly LimitBar[] {
  const record = asRecord(value);
  const rule = asString(record?.rule);
  const fraction = asNumber(record?.fraction);
  const warnAt = asNumber(record?.warnAt);
  if (!record || rule === undefined || fraction === undefined) return [];
  return [
    {
      rule,
      text: asString(record.text) ?? '',
      fraction: Math.min(1, Math.max(0, fraction)),
      broken: asBoolean(record.broken) ?? false,
      action: ACTIONS.find((action) => action === record.action) ?? 'alert',
      mode: record.mode === 'monitor' ? 'monitor' : 'enforce',
      warnAt: warnAt !== undefined && warnAt > 0 && warnAt < 1 ? warnAt : null,
    },
  ];
}

function decodeAsked(value: unknown): readonly AskedCall[] {
  const record = asRecord(value);
  const id = asString(record?.id);
  const since = asNumber(record?.since);
  if (!record || id === undefined || since === undefined) return [];
  return [
    {
      id,
      rule: asString(record.rule) ?? '',
      call: asString(record.call) ?? '',
      reason: asString(record.reason) ?? '',
      since,
      until: asNumber(record.until) ?? since,
      pending: ASK_ANSWERS.find((answer) => answer === record.pending) ?? null,
    },
  ];
}

function decodeRunning(value: unknown): PanelHeader['running'] {
  const record = asRecord(value);
  const id = asString(record?.id);
  const startedAt = asNumber(record?.startedAt);
  if (!record || id === undefined || startedAt === undefined) return [];
  return [{ id, tool: asString(record.tool) ?? '', startedAt }];
}

function decodeSubagent(value: unknown, depth: number): readonly SubagentNode[] {
  const record = asRecord(value);
  const sessionId = asString(record?.sessionId);
  const phase = asPhase(record?.phase);
  if (!record || sessionId === undefined || phase === undefined || depth > DEEPEST) return [];
  return [
    {
      sessionId,
      agent: asString(record.agent) ?? '',
      phase,
      cost: asString(record.cost) ?? '',
      toolCalls: asCount(record.toolCalls),
      children: asArray(record.children).flatMap((child) => decodeSubagent(child, depth + 1)),
    },
  ];
}

/** Nothing can be done where nothing was said. */
function decodeControls(value: unknown): PanelControls {
  const record = asRecord(value);
  return {
    pause: asBoolean(record?.pause) ?? false,
    resume: asBoolean(record?.resume) ?? false,
    kill: asBoolean(record?.kill) ?? false,
    pending: CONTROLS.find((action) => action === record?.pending) ?? null,
    reason: asString(record?.reason) ?? '',
  };
}

function asPhase(value: unknown): SessionPhase | undefined {
  return PHASES.find((phase) => phase === value);
}
