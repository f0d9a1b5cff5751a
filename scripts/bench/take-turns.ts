import { spawnSync } from 'node:child_process';
import { median } from './percentile.ts';

export const RUNS_A_BATCH = 5;

export interface Contestant {
  readonly name: string;
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** File of its standard input. */
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Medians of one process, milliseconds. */
export interface Row {
  readonly name: string;
  readonly cpu_ms: number;
  readonly wall_ms: number;
}

/** Milliseconds of one process. */
interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

/** Each run is given one more line of transcript, as an agent writes between two steps. */
const BATCH = `
for ((run = 0; run < $1; run++)); do
  printf '%s\\n' "$3" >>"$4"
  "\${@:5}" <"$2" >/dev/null
done
times`;

/**
 * What the contestants take, in turns of `RUNS_A_BATCH` runs, so that whatever else the machine does meets all of them.
 * CPU is user and system time of the finished processes as the shell's `times` counts them; wall time is a batch's,
 * divided. Both contain the same shell around each process. `transcript`: the file that grows by a line at each run.
 */
export function takeTurns(contestants: readonly Contestant[], rounds: number, transcript: string): readonly Row[] {
  const samples = contestants.map((): Sample[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const sample = batch(contestant, transcript);
      // The first round warms up, makes the session and reads the transcript.
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  return contestants.map(({ name }, index) => {
    const own = samples[index] ?? [];
    return { name, cpu_ms: median(own.map(({ cpu }) => cpu)), wall_ms: median(own.map(({ wall }) => wall)) };
  });
}

function batch({ words: command, input, env }: Contestant, transcript: string): Sample {
  const line = JSON.stringify({
    type: 'assistant',
    message: { id: 'msg_bench', model: 'm', usage: { output_tokens: 1 } },
  });
  const words = [String(RUNS_A_BATCH), input, line, transcript, ...command];
  const start = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync('bash', ['-c', BATCH, 'bash', ...words], { env, encoding: 'utf8' });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const times = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/.exec(stdout?.trim().split('\n').at(-1) ?? '');
  if (status !== 0 || !times) throw new Error(`bash is needed to measure, and it gave: ${stderr || stdout}`);
  const [userMinutes = 0, userSeconds = 0, systemMinutes = 0, systemSeconds = 0] = times.slice(1).map(Number);
  const cpu = (userMinutes + systemMinutes) * 60_000 + (userSeconds + systemSeconds) * 1000;
  return { cpu: cpu / RUNS_A_BATCH, wall: wall / RUNS_A_BATCH };
}
