import {
  ANSWER_WITHIN_MS,
  ASK_WITHIN_SECONDS,
  FAILS,
  type GuardSettings,
  type SettingRange,
} from '../guard-settings.ts';
import { MODES, type Mode } from '../rule.ts';
import { checkChoice } from './check-choice.ts';
import { type CheckContext, head } from './check-fields.ts';
import type { PositionedValue } from './positioned.ts';

/** What a file says beside its rules; what it says nothing of is left out. Mistakes go to the context. */
export function checkSettings(
  fields: ReadonlyMap<string, PositionedValue>,
  context: CheckContext,
): { readonly mode: Mode | undefined; readonly guard: Partial<GuardSettings> } {
  const mode = checkChoice(fields.get('mode'), 'mode', MODES, context);
  const fail = checkChoice(fields.get('fail'), 'fail', FAILS, context);
  const answerWithinMs = checkNumber(fields, 'answer_within_ms', ANSWER_WITHIN_MS, context);
  const askWithinSeconds = checkNumber(fields, 'ask_within_seconds', ASK_WITHIN_SECONDS, context);
  const guard = {
    ...(fail === undefined ? {} : { fail }),
    ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    ...(askWithinSeconds === undefined ? {} : { askWithinSeconds }),
  };
  return { mode, guard };
}

function checkNumber(
  fields: ReadonlyMap<string, PositionedValue>,
  name: string,
  { least, most, usual }: SettingRange,
  context: CheckContext,
): number | undefined {
  const value = fields.get(name);
  if (!value) return undefined;
  const number = value.kind === 'scalar' ? value.value : undefined;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number;
  const message = `"${name}" is not a whole number from ${least} to ${most}`;
  context.mistakes.push({ span: head(value), message, hint: `write "${name}": ${usual}, or leave it out` });
  return undefined;
}
