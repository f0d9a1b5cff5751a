import type { Quantiles } from './randomness.ts';

/** Characters of texts in real sessions of Claude Code, as `import` stores them: mostly little, now and then a lot. */
export const CHARACTERS = {
  prompt: quantiles(10, 110, 230, 1100, 8900, 40_000),
  answer: quantiles(5, 60, 150, 620, 7700, 16_500),
  arguments: quantiles(20, 90, 420, 1260, 6400, 21_000),
  result: quantiles(60, 330, 1130, 3100, 18_800, 65_000),
} as const;

/** At 10, 50, 75, 90 and 99 of a hundred, and the most. */
function quantiles(a: number, b: number, c: number, d: number, e: number, f: number): Quantiles {
  return [
    [0, 0],
    [0.1, a],
    [0.5, b],
    [0.75, c],
    [0.9, d],
    [0.99, e],
    [1, f],
  ];
}
