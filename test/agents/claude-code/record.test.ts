import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asRecord, parseJson } from '../../../core/common/json.ts';
import { observe } from '../../../scripts/observed-process.ts';
import { useArena } from '../../rig/claude/arena.ts';
import { CLAUDE_VERSIONS, installClaude } from '../../rig/claude/install.ts';
import { billed, type ModelScript, type ScriptedCall } from '../../rig/claude/model-script.ts';
import type { ModelResponse } from '../../rig/claude/model-server.ts';
import { type StoredEvent, type StoredSession, storedSessions } from '../../rig/claude/stored-session.ts';

const SUBAGENT = 'SUBAGENT-WORK';
const TEST_DEADLINE_MS = 120_000;

const arena = useArena();

function bash(command: string): ScriptedCall {
  return { name: 'Bash', input: { command, description: 'A command' } };
}

function scriptIn(workspace: string): ModelScript {
  const a = join(workspace, 'a.txt');
  const b = join(workspace, 'b.txt');
  return {
    main: [
      { thinking: 'First look.', text: 'I read.', tools: [{ name: 'Read', input: { file_path: a } }] },
      { tools: [{ name: 'Edit', input: { file_path: a, old_string: 'two\nthree', new_string: '2\n2.5\n3' } }] },
      { tools: [{ name: 'Write', input: { file_path: b, content: 'hello\n' } }] },
      { tools: [bash('echo out; echo trouble >&2; exit 3')] },
      { tools: [bash('echo fine')] },
      { tools: [bash('sleep 0.3; echo slow'), bash('echo quick')] },
      {
        text: 'I delegate.',
        tools: [
          {
            name: 'Agent',
            input: { description: 'Part of it', prompt: `${SUBAGENT} go`, subagent_type: 'general-purpose' },
          },
        ],
      },
      { text: 'All is done.' },
    ],
    subagents: [
      {
        marker: SUBAGENT,
        steps: [
          { text: 'I look.', tools: [{ name: 'Read', input: { file_path: b } }] },
          { tools: [bash('echo from below')] },
          { text: 'My part is done.' },
        ],
      },
    ],
  };
}

function ofType(session: StoredSession, type: string): readonly StoredEvent[] {
  return session.events.filter((event) => event.event_type === type);
}

/** The calls of a session with what became of each, in the order of their ids. */
function callsIn(session: StoredSession): readonly object[] {
  const calls = ofType(session, 'tool_call').map((call) => {
    const endings = session.events.filter((event) => event.parent_id === call.event_id);
    return {
      id: call.data['tool_use_id'],
      tool: call.data['tool_name'],
      endings: endings.map((ending) => `${ending.event_type} ${ending.data['tool_use_id']}`),
    };
  });
  return calls.sort((x, y) => serial(x.id) - serial(y.id));
}

function callsHandedOut(responses: readonly ModelResponse[], failing: (call: ScriptedCall) => boolean) {
  return responses
    .flatMap(({ calls }) => calls)
    .map((call) => ({
      id: call.id,
      tool: call.name,
      endings: [`${failing(call) ? 'error' : 'tool_result'} ${call.id}`],
    }));
}

function serial(id: unknown): number {
  return Number(String(id).split('_').at(-1));
}

function usageIn(session: StoredSession): readonly object[] {
  return ofType(session, 'llm_response').map(({ data }) => ({
    id: data['message_id'],
    model: data['model'],
    usage: data['usage'],
  }));
}

function usageHandedOut(responses: readonly ModelResponse[]): readonly object[] {
  return responses.map(({ messageId, model, usage }) => ({ id: messageId, model, usage: billed(usage) }));
}

describe.each(CLAUDE_VERSIONS)('Claude Code %s', (version) => {
  test('a session and its subagent stand in the store as they happened', { timeout: TEST_DEADLINE_MS }, async () => {
    writeFileSync(join(arena.workspace, 'a.txt'), 'one\ntwo\nthree\nfour\n');
    const run = await arena.startAgent(version, scriptIn(arena.workspace));
    const agent = observe(run.pid);
    const exit = await run.done;
    expect(exit.code, exit.stderr).toBe(0);
    const responses = run.model.responses;
    const mine = responses.filter(({ conversation }) => conversation === 'main');
    const delegated = responses.filter(({ conversation }) => conversation === SUBAGENT);
    expect(responses.every(({ complete }) => complete)).toBe(true);

    const sessions = storedSessions(arena.workspace);
    expect(sessions).toHaveLength(2);
    const [session, subagent] = sessions as [StoredSession, StoredSession];

    // Whose session it is.
    expect(exit.stdout).toContain(`"session_id":"${session.id}"`);
    expect(session.meta).toMatchObject({ session_id: session.id });
    expect(session.events.every(({ session_id }) => session_id === session.id)).toBe(true);
    expect(ofType(session, 'session_start')).toHaveLength(1);
    expect(ofType(session, 'session_end')).toHaveLength(1);
    expect(ofType(session, 'user_prompt')[0]?.data['prompt']).toBe('Do the work.');

    // Every call once, each with its own result, the two parallel ones included.
    const fails = (call: ScriptedCall): boolean => String(call.input['command'] ?? '').includes('exit 3');
    expect(callsIn(session)).toEqual(callsHandedOut(mine, fails));
    const error = ofType(session, 'error');
    expect(error).toHaveLength(1);
    expect(String(error[0]?.data['error'])).toContain('Exit code 3');
    const results = ofType(session, 'tool_result');
    const resultOf = (command: string): string => {
      const call = ofType(session, 'tool_call').find(({ data }) => JSON.stringify(data).includes(command));
      return JSON.stringify(results.find(({ parent_id }) => parent_id === call?.event_id)?.data);
    };
    expect(resultOf('echo slow')).toContain('slow');
    expect(resultOf('echo quick')).toContain('quick');
    expect(resultOf('echo quick')).not.toContain('slow');

    // The edit with the lines it wrote, not with those around them or the whole file.
    const patch = results.find(({ data }) => data['tool_name'] === 'Edit')?.data['patch'];
    expect(patch).toEqual([{ start: 2, lines: 3 }]);

    // The subagent in a session of its own, tied to the call that started it.
    expect(subagent.id.startsWith(`${session.id}.`)).toBe(true);
    const agentCall = ofType(session, 'tool_call').find(({ data }) => data['tool_name'] === 'Agent');
    expect(subagent.meta).toMatchObject({ parent_session_id: session.id, parent_event_id: agentCall?.event_id });
    expect(callsIn(subagent)).toEqual(callsHandedOut(delegated, () => false));
    expect(ofType(subagent, 'session_end')).toHaveLength(1);

    // The money: what the model server handed out, answer by answer, and nothing twice.
    expect(usageIn(session)).toEqual(usageHandedOut(mine));
    expect(usageIn(subagent)).toEqual(usageHandedOut(delegated));

    // The process that a watcher would signal.
    const folder = join(arena.runtimeDir, 'sessions');
    const registrations = readdirSync(folder).map((name) =>
      asRecord(parseJson(readFileSync(join(folder, name), 'utf8'))),
    );
    expect(registrations).toHaveLength(1);
    expect(registrations[0]).toMatchObject({
      session_id: session.id,
      process: { pid: run.pid, startTime: agent?.startTime },
    });
    expect(registrations[0]?.['executable']).toBe(await installClaude(version));
  });
});
