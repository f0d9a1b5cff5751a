import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asRecord, parseJson } from '../../../core/common/json.ts';
import { observe, processesWith } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { writeHooks } from '../../rig/claude/hooks.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import { type ClaudeRun, runClaude } from '../../rig/claude/run.ts';

/**
 * What the recorder and the watcher take for granted about Claude Code, asked of Claude Code itself with hooks that do
 * nothing but keep what they are given. When a new version fails here, look here first.
 */

const TEST_DEADLINE_MS = 120_000;
const KEEPER =
  'd="$0/$(date +%s%N)"; cat "$HOME"/.claude/sessions/*.json > "$d.session"; cat > "$d.part"; mv "$d.part" "$d.json"';

let base: string;
let run: ClaudeRun | undefined;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'agent-trace-facts-')));
  mkdirSync(join(base, 'workspace'));
  mkdirSync(join(base, 'kept'));
});

afterEach(async () => {
  await run?.stop();
  run = undefined;
  rmSync(base, { recursive: true, force: true });
});

function kept(ending: string) {
  const folder = join(base, 'kept');
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => asRecord(parseJson(readFileSync(join(folder, name), 'utf8'))) ?? {});
}

describe.each(CLAUDE_VERSIONS)('Claude Code %s', (version) => {
  test('tells its hooks all that the recorder needs, and marks all that it runs', {
    timeout: TEST_DEADLINE_MS,
  }, async () => {
    const workspace = join(base, 'workspace');
    const bash = (command: string, more: object = {}) => ({
      name: 'Bash',
      input: { command, description: 'A command', ...more },
    });
    await writeHooks(workspace, `exec sh -c '${KEEPER}' "${join(base, 'kept')}"`);
    run = await runClaude({
      version,
      workspace,
      script: {
        main: [
          { tools: [bash('sleep 61', { run_in_background: true })] },
          { tools: [bash('nohup sleep 62 > /dev/null 2>&1 & echo left')] },
          // The newer one refuses a bare `sleep`, and tells no hook of it.
          { tools: [bash('until false; do sleep 63; done')] },
        ],
      },
    });
    const agent = observe(run.pid);
    const loop = await waitFor('the third command', () => kept('.json').filter((one) => one['tool_name'])[4], 60_000);

    // Hooks in the workspace's settings run for a user who has never been here.
    const payloads = kept('.json');
    expect(payloads.map((payload) => payload['hook_event_name'])).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      ...['PreToolUse', 'PostToolUse', 'PreToolUse', 'PostToolUse', 'PreToolUse'],
    ]);
    const session = String(loop['session_id']);
    expect(new Set(payloads.map((payload) => payload['session_id']))).toEqual(new Set([session]));
    const calls = run.model.responses.flatMap((response) => response.calls.map(({ id }) => id));
    const named = payloads.map((payload) => payload['tool_use_id']).filter((id) => id !== undefined);
    expect(named).toEqual([calls[0], calls[0], calls[1], calls[1], calls[2]]);

    // The agent's own file names process and session. At SessionStart it may be in the writing.
    for (const file of kept('.session').slice(1))
      expect(file).toMatchObject({ pid: run.pid, sessionId: session, procStart: agent?.startTime });

    // The mark reaches the shell in the background, the orphan, and the shell in the foreground.
    const sleepers = await waitFor('three sleeping commands', () => {
      const marked = processesWith('CLAUDE_CODE_SESSION_ID', session).filter(({ name }) => name === 'sleep');
      return marked.length === 3 ? marked : undefined;
    });
    expect(sleepers.filter(({ ppid }) => ppid === 1)).toHaveLength(1);
    expect(sleepers.filter(({ sid }) => sid === agent?.sid)).toEqual([]);
  });
});
