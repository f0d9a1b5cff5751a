import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { encodeEvent, type TraceEvent } from '../../core/common/trace/trace-event.ts';
import { connectWatcher } from '../../core/node/control/client.ts';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace } from '../rig/cli.ts';

beforeAll(ensureBuilt);

const MINUTES = Number(process.env.AGENT_TRACE_TEST_SOAK ?? 1);
const SESSIONS = 20;
const EVENTS = 200;
/**
 * What the watcher may keep, at the most, and what it may take for what is new: so garbage is collected before it looks like
 * something kept. Where there is much memory Node would let what is new grow to 100 MB, by and by.
 */
const HEAP_MB = 40;
const NEW_MB = 4;
/** What one sample of the memory may be above another without anything being kept: garbage not yet collected. */
const SLACK_KB = 24 * 1024;

/**
 * All that a watcher does for hours, again and again: sessions that grow, are cut short, replaced, removed and made anew,
 * rules that change, callers that come and go, agents that are paused and resumed. Every round tells the same events, so
 * whatever grows is kept for nothing.
 */
it.skipIf(process.platform !== 'linux')(
  `a watcher at work for ${MINUTES} min keeps its memory, its descriptors and its watches`,
  async () => {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    const agent = workspace.startSleeper();
    const sessions = Array.from({ length: SESSIONS }, (_, n) => workspace.session(`s${n}`, agent.pid));
    workspace.writeRules({ name: 'never', condition: 'tool_calls > 1000000', action: 'kill' });
    const watch = workspace.watchUnder([
      'env',
      `NODE_OPTIONS=--max-old-space-size=${HEAP_MB} --max-semi-space-size=${NEW_MB}`,
    ]);
    await waitFor('the watcher to be ready', () => watch.stderr.includes('watching ') || watch.ended);
    const pid = watch.child.pid ?? 0;
    const samples: Sample[] = [];
    const started = Date.now();
    const end = started + MINUTES * 60_000;
    for (let round = 0; Date.now() < end; round++) {
      for (const [n, { id, folder }] of sessions.entries()) {
        const file = path.join(folder, 'events.ndjson');
        if ((round + n) % 4 === 0) rmSync(file, { force: true });
        writeFileSync(file, eventsOf(id).join(''), (round + n) % 3 === 0 ? { flag: 'a' } : {});
      }
      workspace.writeRules({ name: 'never', condition: `tool_calls > ${1_000_000 + (round % 2)}`, action: 'kill' });
      const client = await connectWatcher({ runtimeDir: workspace.runtime, store: workspace.store });
      expect((await client?.list())?.length).toBe(SESSIONS);
      await client?.subscribe();
      if (round % 5 === 0) expect(await client?.pause('s0')).toMatchObject({ result: 'done' });
      if (round % 5 === 0) expect(await client?.resume('s0')).toMatchObject({ result: 'done' });
      client?.close();
      await sleep(50);
      samples.push(sample(pid));
    }
    await sleep(500);
    const last = sample(pid);
    expect(watch.ended).toBe(false);
    await watch.stop();

    // The first third is for warming up.
    const warm = samples.slice(Math.floor(samples.length / 3));
    const [early, late] = [warm.slice(0, warm.length / 2), warm.slice(warm.length / 2)];
    const [before, after] = [early, late].map((part) => median(part.map(({ memoryKb }) => memoryKb)));
    console.log(
      `${samples.length} rounds; memory ${before} kB, then ${after} kB; ${last.descriptors} descriptors, ${last.watches} watches`,
    );
    expect(after).toBeLessThanOrEqual((before ?? 0) + SLACK_KB);
    const most = (part: readonly Sample[]) => Math.max(...part.map(({ descriptors }) => descriptors));
    expect(last.descriptors).toBeLessThanOrEqual(most(early));
    expect(last.watches).toBeLessThanOrEqual(SESSIONS + 20);
    expect(Math.max(...late.map(({ watches }) => watches))).toBe(Math.max(...early.map(({ watches }) => watches)));
  },
  MINUTES * 60_000 + 120_000,
);

interface Sample {
  readonly memoryKb: number;
  readonly descriptors: number;
  readonly watches: number;
}

function sample(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1');
    } catch {
      // Closed meanwhile.
      return '';
    }
  });
  return {
    memoryKb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]),
    descriptors: infos.length,
    watches: infos.join('').match(/^inotify wd:/gm)?.length ?? 0,
  };
}

function eventsOf(session_id: string): readonly string[] {
  return Array.from({ length: EVENTS }, (_, n): string => {
    const event_type: TraceEvent['event_type'] = n % 2 === 0 ? 'tool_call' : 'tool_result';
    const data = n % 2 === 0 ? { tool_name: 'Bash', arguments: { command: `make ${n}` } } : { result: 'x'.repeat(500) };
    const event = { event_type, timestamp: 1_795_000_000 + n, event_id: `${session_id}-${n}`, session_id, data };
    return encodeEvent(n % 2 === 0 ? event : { ...event, parent_id: `${session_id}-${n - 1}` });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
