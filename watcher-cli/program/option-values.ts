import { InvalidArgumentError } from 'commander';

const SECONDS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Takes every text that an option is given, in order. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** An age such as `12h` or `7d`, in seconds. */
export function age(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError(`an age such as 12h or 7d is wanted, not ${text}.`);
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** A number of seconds above 0, and no larger than this. */
export function upTo(limit: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
      throw new InvalidArgumentError(`a number greater than 0 is wanted, not ${text}.`);
    }
    if (value > limit) throw new InvalidArgumentError(`at most ${limit} seconds are possible, not ${text}.`);
    return value;
  };
}

/** A whole number above 0. */
export function wholePositive(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)) || Number(text) === 0) {
    throw new InvalidArgumentError(`a whole number greater than 0 is wanted, not ${text}.`);
  }
  return Number(text);
}
