/** What becomes of a call whose hook gets no answer in time. */
export const FAILS = ['open', 'closed'] as const;
export type Fail = (typeof FAILS)[number];

/** What each of them means; Markdown. */
export const FAIL_MEANINGS: Readonly<Record<Fail, string>> = {
  open: 'the call runs, unguarded, and that is said',
  closed: 'the call does not run',
};

/** How calls are held for an answer. */
export interface GuardSettings {
  readonly fail: Fail;
  /** Milliseconds that a hook waits for the watcher's answer before `fail` decides. */
  readonly answerWithinMs: number;
  /** Seconds that `ask` waits for the user's answer. */
  readonly askWithinSeconds: number;
}

/** Whole numbers that a setting may have. */
export interface SettingRange {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

/** No shorter, or a workspace could make every hook give up before anybody can answer. */
export const ANSWER_WITHIN_MS: SettingRange = { least: 100, most: 60_000, usual: 300 };
export const ASK_WITHIN_SECONDS: SettingRange = { least: 5, most: 86_400, usual: 300 };

export const DEFAULT_GUARD: GuardSettings = {
  fail: 'open',
  answerWithinMs: ANSWER_WITHIN_MS.usual,
  askWithinSeconds: ASK_WITHIN_SECONDS.usual,
};

/** A workspace may close what the user leaves open, and not the other way; the user's own deadlines come first. */
export function mergedGuard(user: Partial<GuardSettings>, workspace: Partial<GuardSettings>): GuardSettings {
  return {
    ...DEFAULT_GUARD,
    ...workspace,
    ...user,
    fail: user.fail === 'closed' || workspace.fail === 'closed' ? 'closed' : 'open',
  };
}
