/** Milliseconds of each round: ours, and the least that can be had. */
export interface Samples {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** Rounds that are not counted: programs run slowly at first. */
const WARM_UP = 5;

/** Measures both in turn, so that what else the machine does falls on both. */
export async function inTurn(
  rounds: number,
  bare: (round: number) => Promise<number>,
  ours: (round: number) => Promise<number>,
): Promise<Samples> {
  const samples = { ours: [] as number[], bare: [] as number[] };
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const [bareMs, oursMs] = [await bare(round), await ours(round)];
    if (round < 0) continue;
    samples.bare.push(bareMs);
    samples.ours.push(oursMs);
  }
  return samples;
}
