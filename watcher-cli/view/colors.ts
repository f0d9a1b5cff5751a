import { createColors } from 'picocolors';
import type { Tone } from '../../core/common/view/stream-line.ts';
import type { Row } from './row.ts';

/** Colours and weights of the 16 that every theme has. */
export type Painter = (row: Row) => string;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colours only on a terminal that has them; `NO_COLOR` (any value, https://no-color.org) turns them off, `FORCE_COLOR`
 * on (`0` or `false`: off) where `NO_COLOR` does not say otherwise.
 */
export function wantsColors(env: Environment, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

export function painter(colored: boolean): Painter {
  const colors = createColors(colored);
  const paints: Readonly<Record<Tone, (text: string) => string>> = {
    quiet: colors.dim,
    plain: (text) => text,
    strong: colors.bold,
    good: colors.green,
    warning: colors.yellow,
    bad: (text) => colors.bold(colors.red(text)),
  };
  return (row) => row.map(({ text, tone }) => (text.trim() === '' ? text : paints[tone](text))).join('');
}
