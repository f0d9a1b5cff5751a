import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeProcessIdentity } from '../../core/common/process/process-identity.ts';
import { type Registration, readRegistration } from '../../core/node/process/registration.ts';
import { ensureBuilt, HOOK_BUNDLE } from '../rig/build.ts';
import { HookRig } from '../rig/hook-run.ts';

beforeAll(ensureBuilt);

/** Stands for the agent: tells its pid to a hook that it runs through a shell, prints it, and ends. */
const AGENT = `
  const { spawnSync } = require('node:child_process');
  const env = { ...process.env, CLAUDE_PID: String(process.pid), CLAUDE_CODE_SESSION_ID: 's1' };
  const [hook, input] = process.argv.slice(1);
  spawnSync('sh', ['-c', '"$0" "$1"; true', process.execPath, hook], { env, input, stdio: ['pipe', 'inherit', 'inherit'] });
  const start = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[19];
  console.log(JSON.stringify({ pid: process.pid, startTime: start }));`;

function runAgent(rig: HookRig, payload: object): { readonly pid: number; readonly startTime: string } {
  const input = JSON.stringify({ session_id: 's1', cwd: rig.workspace, ...payload });
  const out = execFileSync(process.execPath, ['-e', AGENT, HOOK_BUNDLE, input], {
    env: rig.env,
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(out.toString()) as { pid: number; startTime: string };
}

const registration = (rig: HookRig): Registration | undefined => readRegistration(rig.runtimeDir, rig.store, 's1');

function claimed(rig: HookRig): unknown {
  const attribution = rig.meta()['attribution'] as Record<string, unknown>;
  return decodeProcessIdentity(attribution['process']);
}

describe.runIf(process.platform === 'linux')('the hook and the process of its agent', () => {
  it('registers it at the start outside the workspace, and names it in the meta', () => {
    const rig = new HookRig();
    const agent = runAgent(rig, { hook_event_name: 'SessionStart', source: 'startup' });
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(registration(rig)).toMatchObject({
      session_id: 's1',
      store: rig.store,
      process: { ...agent, bootId },
      agent: 'claude-code',
      source: 'environment',
    });
    expect(claimed(rig)).toEqual({ ...agent, bootId });
  });

  it('registers a new one when the session is resumed by another process', () => {
    const rig = new HookRig();
    const first = runAgent(rig, { hook_event_name: 'SessionStart', source: 'startup' });
    const second = runAgent(rig, { hook_event_name: 'SessionStart', source: 'resume' });
    expect(second.pid).not.toBe(first.pid);
    expect(registration(rig)?.process).toMatchObject(second);
    expect(claimed(rig)).toMatchObject(second);
  });

  it('looks for it later only as long as it is not known', () => {
    const rig = new HookRig();
    const first = runAgent(rig, { hook_event_name: 'Stop' });
    expect(registration(rig)?.process).toMatchObject(first);
    expect(claimed(rig)).toMatchObject(first);
    runAgent(rig, { hook_event_name: 'Stop' });
    expect(registration(rig)?.process).toMatchObject(first);
  });

  it("registers a subagent's process as its parent's", () => {
    const rig = new HookRig();
    const agent = runAgent(rig, { hook_event_name: 'SubagentStart', agent_id: 'a1', agent_type: 'Explore' });
    expect(registration(rig)?.process).toMatchObject(agent);
    expect(readRegistration(rig.runtimeDir, rig.store, 's1.a1')).toBeUndefined();
  });

  it('records all the same when the runtime folder is not to be trusted', () => {
    const rig = new HookRig({ AGENT_TRACE_RUNTIME_DIR: '/dev/null/run' });
    runAgent(rig, { hook_event_name: 'Stop', last_assistant_message: 'a' });
    expect(rig.events()).toHaveLength(2);
    expect(claimed(rig)).toBeUndefined();
  });
});
