import { writeSync } from 'node:fs';
import { callAnswer } from '../../core/common/adapters/agent-hooks.ts';
import type { CallAnswer } from '../../core/common/adapters/call-answer.ts';
import { turnAnswer } from '../../core/common/adapters/claude-code/hook-answer.ts';
import { cursorHookAnswer } from '../../core/common/adapters/cursor/hook-payloads.ts';
import { CURSOR } from '../../core/common/adapters/cursor/transcript-parser.ts';
import { errorText } from '../../core/common/error-text.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import { logHookProblem } from '../../core/node/store/hook-log.ts';
import { guardCalls } from './guard-calls.ts';
import type { HookHost, LoadBundle } from './hook-host.ts';
import { hookOptions } from './hook-options.ts';
import { readStdin } from './read-stdin.ts';
import { type AwaitedCalls, recordHook } from './record-hook.ts';

/**
 * `dist/hook-program.cjs`. Records the payload on stdin and, before a call, says on stdout what the agent has to know of it; else nothing. Never
 * throws and leaves the exit status alone. A problem is one line on stderr and one in `hook.log` of the runtime folder.
 * `args`: see `hookOptions`. Gives whether all went as it does nearly always; a promise only when there is something to
 * wait for.
 */
export function runHook(args: readonly string[], load: LoadBundle): Promise<boolean> | boolean {
  try {
    const input = readStdin().toString('utf8');
    answerAtOnce(args);
    const host: HookHost = {
      env: process.env,
      args,
      pid: process.pid,
      cwd: process.cwd(),
      now: Date.now() / 1000,
      newId: randomId,
      load,
    };
    const { problems, awaited, turnEnd } = recordHook(input, host);
    if (turnEnd !== undefined) writeSync(1, turnAnswer(turnEnd));
    const tell = (isUsual: boolean) => {
      if (problems.length > 0) report(problems.join('; '));
      return isUsual && problems.length === 0;
    };
    if (awaited) return guard(awaited, host).then(tell);
    if (isBeforeCall(args)) answer(CURSOR, {});
    return tell(true);
  } catch (error) {
    if (isBeforeCall(args)) answer(CURSOR, {});
    report(errorText(error));
    return false;
  }
}

/** Cursor alone wants a word whatever has come of its hook. */
function isBeforeCall(args: readonly string[]): boolean {
  const { agent, event } = hookOptions(args, {});
  return agent === CURSOR && event === 'preToolUse';
}

/** False also for a call that does not run: nothing is to come between an agent and that answer. */
async function guard(awaited: AwaitedCalls, host: HookHost): Promise<boolean> {
  try {
    const { problem, ...said } = await guardCalls(awaited, host);
    if (said.denied !== undefined) awaited.noteDenied(said.denied);
    answer(awaited.agent, said);
    if (problem !== undefined) report(problem);
    return said.denied === undefined && problem === undefined;
  } catch (error) {
    answer(awaited.agent, {});
    report(errorText(error));
    return false;
  }
}

function answer(agent: string, said: CallAnswer): void {
  const text = callAnswer(agent, said);
  if (text !== '') writeSync(1, text);
}

/** Cursor waits for a word before it goes on, and is not to wait until everything is recorded. */
function answerAtOnce(args: readonly string[]): void {
  const { agent, event } = hookOptions(args, {});
  const leave = agent === CURSOR ? cursorHookAnswer(event) : undefined;
  if (leave !== undefined) writeSync(1, `${leave}\n`);
}

/** 64 random bits as hex. Not from `node:crypto`, whose loading costs more than all the rest of a hook. */
function randomId(): string {
  const word = (): string => ((Math.random() * 2 ** 32) >>> 0).toString(16).padStart(8, '0');
  return word() + word();
}

function report(text: string): void {
  try {
    writeSync(2, `agent-trace hook: ${text}\n`);
  } catch {
    // Nobody listens.
  }
  try {
    logHookProblem(runtimeDir(process.env), new Date(), text);
  } catch {
    // There is nowhere left to say it.
  }
}
