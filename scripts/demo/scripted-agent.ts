import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../core/common/error-text.ts';
import { ClaudeTranscript } from './claude-transcript.ts';
import { editPatch } from './edit-patch.ts';

export interface AgentPlace {
  readonly workspace: string;
  /** Path of the recorder's script. */
  readonly hookScript: string;
  readonly sessionId: string;
  /** Milliseconds that the model thinks before it calls a tool. */
  readonly paceMs: number;
}

const MODEL = 'claude-sonnet-4-6';
const SUBAGENT_MODEL = 'claude-haiku-4-5';
const FIRST_TOKENS = 21_400;
const SUBAGENT_FIRST_TOKENS = 9_800;

/** Lines of a file, from 1. */
interface Lines {
  readonly offset: number;
  readonly limit: number;
}

/**
 * A coding agent without a model: it reads and edits real files, runs real commands, writes a transcript, and calls the
 * recorder's hook with the payloads that Claude Code would send.
 */
export class ScriptedAgent {
  private readonly place: AgentPlace;
  private readonly transcript: ClaudeTranscript;
  private readonly subagent: { readonly id: string; readonly type: string } | undefined;
  private said = '';

  constructor(place: AgentPlace, subagent?: { readonly id: string; readonly type: string }) {
    this.place = place;
    this.subagent = subagent;
    const { workspace, sessionId } = place;
    const main = mainTranscript(place);
    this.transcript = new ClaudeTranscript({
      file: subagent ? path.join(main.replace(/\.jsonl$/, ''), 'subagents', `agent-${subagent.id}.jsonl`) : main,
      sessionId,
      cwd: workspace,
      model: subagent ? SUBAGENT_MODEL : MODEL,
      firstTokens: subagent ? SUBAGENT_FIRST_TOKENS : FIRST_TOKENS,
      ...(subagent ? { agentId: subagent.id } : {}),
    });
  }

  async start(): Promise<void> {
    await this.hook('SessionStart', { source: 'startup', model: MODEL });
  }

  async prompt(prompt: string): Promise<void> {
    this.transcript.hear(prompt);
    await this.hook('UserPromptSubmit', { prompt });
  }

  /** What the model says with its next call. */
  say(text: string): void {
    this.said = text;
  }

  async finish(text: string): Promise<void> {
    await this.think();
    this.transcript.answer(text);
    await this.hook('Stop', { last_assistant_message: text });
  }

  async end(): Promise<void> {
    await this.hook('SessionEnd', { reason: 'other' });
  }

  /** As long as one thought, or some. */
  think(thoughts = 1): Promise<void> {
    return sleep(this.place.paceMs * thoughts);
  }

  read(name: string, lines?: Lines): Promise<void> {
    const file_path = this.path(name);
    return this.use('Read', { file_path, ...lines }, () => {
      const all = readFileSync(file_path, 'utf8').replace(/\n$/, '').split('\n');
      const startLine = lines?.offset ?? 1;
      const shown = all.slice(startLine - 1, lines && startLine - 1 + lines.limit);
      const file = { filePath: file_path, content: shown.join('\n'), numLines: shown.length, startLine };
      return { type: 'text', file: { ...file, totalLines: all.length } };
    });
  }

  write(name: string, content: string): Promise<void> {
    const file_path = this.path(name);
    return this.use('Write', { file_path, content }, () => {
      mkdirSync(path.dirname(file_path), { recursive: true });
      writeFileSync(file_path, content);
      return { type: 'create', filePath: file_path, content, structuredPatch: [] };
    });
  }

  edit(name: string, old_string: string, new_string: string): Promise<void> {
    const file_path = this.path(name);
    return this.use('Edit', { file_path, old_string, new_string, replace_all: false }, () => {
      const before = readFileSync(file_path, 'utf8');
      if (!before.includes(old_string)) throw new Error('String to replace not found in file.');
      const after = before.replace(old_string, () => new_string);
      writeFileSync(file_path, after);
      const structuredPatch = editPatch(before, after);
      return { filePath: file_path, oldString: old_string, newString: new_string, structuredPatch, replaceAll: false };
    });
  }

  grep(pattern: string, folder: string): Promise<void> {
    const input = { pattern, path: this.path(folder), output_mode: 'content' };
    return this.use('Grep', input, () => {
      const found = spawnSync('grep', ['-rn', '--', pattern, folder], { cwd: this.place.workspace, encoding: 'utf8' });
      return { mode: 'content', content: [{ type: 'text', text: found.stdout }] };
    });
  }

  /** With `permission`, its user is asked, and says yes after so many thoughts. */
  bash(command: string, description: string, { permission = 0 } = {}): Promise<void> {
    const input = { command, description };
    return this.use('Bash', input, async () => {
      if (permission > 0) {
        await this.hook('PermissionRequest', { tool_name: 'Bash', tool_input: input });
        const message = 'Claude needs your permission to use Bash';
        await this.hook('Notification', { message, notification_type: 'permission_prompt' });
        await this.think(permission);
      }
      return runShell(command, this.place.workspace);
    });
  }

  /** Gives a question to a subagent that works as `work` says. */
  async explore(
    description: string,
    prompt: string,
    work: (subagent: ScriptedAgent) => Promise<string>,
  ): Promise<void> {
    const input = { description, prompt, subagent_type: 'Explore' };
    await this.use('Agent', input, async () => {
      const id = `a${randomUUID().replaceAll('-', '').slice(0, 16)}`;
      const subagent = new ScriptedAgent(this.place, { id, type: 'Explore' });
      subagent.transcript.hear(prompt);
      await subagent.hook('SubagentStart');
      const answer = await work(subagent);
      await subagent.think();
      subagent.transcript.answer(answer);
      await subagent.hook('SubagentStop', { stop_hook_active: false, last_assistant_message: answer });
      return { status: 'completed', agentId: id, agentType: 'Explore', content: [{ type: 'text', text: answer }] };
    });
  }

  private async use(tool_name: string, tool_input: Record<string, unknown>, work: () => unknown): Promise<void> {
    await this.think();
    const tool_use_id = `toolu_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    this.transcript.answer(this.said, { id: tool_use_id, name: tool_name, input: tool_input });
    this.said = '';
    const call = { tool_name, tool_input, tool_use_id };
    await this.hook('PreToolUse', call);
    const started = Date.now();
    const duration = () => ({ duration_ms: Date.now() - started });
    try {
      const tool_response = await work();
      this.transcript.hear(JSON.stringify(tool_response));
      await this.hook('PostToolUse', { ...call, tool_response, ...duration() });
    } catch (failure) {
      const error = errorText(failure);
      this.transcript.hear(error);
      await this.hook('PostToolUseFailure', { ...call, error, ...duration() });
    }
  }

  /** Runs one hook to its end, as an agent does before it goes on; meanwhile it still hears a signal. */
  private async hook(event: string, fields: Record<string, unknown> = {}): Promise<void> {
    const { workspace, hookScript, sessionId } = this.place;
    const payload = {
      session_id: sessionId,
      transcript_path: mainTranscript(this.place),
      cwd: workspace,
      hook_event_name: event,
      ...(this.subagent ? { agent_id: this.subagent.id, agent_type: this.subagent.type } : {}),
      ...fields,
    };
    const hook = spawn('sh', ['-c', `exec "$AGENT_NODE" "$AGENT_HOOK" ${event}`], {
      cwd: workspace,
      stdio: ['pipe', 'ignore', 'inherit'],
      env: {
        ...process.env,
        AGENT_NODE: process.execPath,
        AGENT_HOOK: hookScript,
        CLAUDE_PROJECT_DIR: workspace,
        // As newer agents do; without it a demonstration inside another agent could be taken for that agent.
        CLAUDE_PID: String(process.pid),
      },
    });
    hook.stdin.end(JSON.stringify(payload));
    await new Promise<void>((resolve) => hook.once('close', () => resolve()));
  }

  private path(name: string): string {
    return path.join(this.place.workspace, name);
  }
}

/** Beside the workspace, where Claude Code's own would be in the user's home. */
function mainTranscript({ workspace, sessionId }: AgentPlace): string {
  return path.join(path.dirname(workspace), 'transcripts', `${sessionId}.jsonl`);
}

/** A shell in a session of its own, as the agents do it: signals to the agent's group do not reach it. */
async function runShell(command: string, cwd: string): Promise<unknown> {
  const shell = spawn('bash', ['-c', command], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => shell.once('close', resolve));
  if (code !== 0) throw new Error(`Exit code ${code}\n${stdout}${stderr}`);
  return { stdout, stderr, interrupted: false, isImage: false };
}
