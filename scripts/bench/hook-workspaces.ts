import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { launcherFile, registerInstallation } from '../../core/node/hook-launcher/hook-launcher.ts';
import { writeRegistration } from '../../core/node/process/registration.ts';
import { waitFor } from '../wait-for.ts';
import { type AnswerTimes, answerTimes } from './answer-time.ts';
import type { Contestant } from './take-turns.ts';

const RESULT_BYTES = 20_000;
const SESSION = '0b6f1c9e-3d0a-4a3e-9a0f-2f1f6a0f9c11';

/** Twenty that a call is held against, as a workspace may have. */
const RULES = [
  { condition: 'file_path matches "**/.env*"', action: 'deny' },
  { when: 'command.contains("rm -rf")', action: 'deny' },
  ...Array.from({ length: 18 }, (_, index) => ({ condition: `command matches "tool-${index} *"`, action: 'deny' })),
];

/** Three workspaces of one session: without rules, with rules, and with rules and a watcher. */
export class HookWorkspaces {
  private readonly folder: string;
  private readonly node: string;
  private readonly env: Readonly<Record<string, string>>;

  constructor(folder: string, node: string) {
    this.folder = folder;
    this.node = node;
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      AGENT_TRACE_RUNTIME_DIR: path.join(folder, 'run'),
      CLAUDE_PROJECT_DIR: folder,
    };
    mkdirSync(path.join(folder, 'run'), { mode: 0o700 });
    for (const workspace of [folder, this.ruled, this.watched]) {
      mkdirSync(workspace, { recursive: true });
      // The agent's process is looked for once a session, at its start; from then on it is registered.
      writeRegistration(path.join(folder, 'run'), {
        session_id: SESSION,
        store: path.join(workspace, '.agent-traces'),
        process: { pid: process.pid, startTime: '0', bootId: '' },
        executable: 'claude',
        agent: 'claude-code',
        source: 'environment',
        registered_at: 0,
      });
    }
    for (const workspace of [this.ruled, this.watched]) {
      writeFileSync(path.join(workspace, '.watch-rules.json'), JSON.stringify({ rules: RULES }));
    }
  }

  /** A workspace with rules and no watcher. */
  private get ruled(): string {
    return path.join(this.folder, 'ruled');
  }

  /** A workspace with rules and a watcher. */
  private get watched(): string {
    return path.join(this.folder, 'watched');
  }

  /** Gives what ends it. */
  async startWatcher(hook: string): Promise<() => void> {
    const program = path.join(path.dirname(hook), 'agent-trace.cjs');
    const child = spawn(this.node, [program, 'watch', '--json'], { cwd: this.watched, env: this.env });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    child.stdout.resume();
    await waitFor('the watcher', () => said.includes('watching '));
    return () => void child.kill('SIGTERM');
  }

  contestants(hook: string): readonly Contestant[] {
    const base = {
      session_id: SESSION,
      transcript_path: this.transcript,
      cwd: this.folder,
      permission_mode: 'default',
    };
    const call = { tool_name: 'Bash', tool_input: { command: 'npm test', description: 'Run the tests' } };
    const before = { ...base, hook_event_name: 'PreToolUse', ...call, tool_use_id: 'toolu_01bench' };
    const response = { stdout: commandOutput(RESULT_BYTES), stderr: '', interrupted: false, isImage: false };
    const after = { ...before, hook_event_name: 'PostToolUse', tool_response: response, duration_ms: 812 };
    const at = (workspace: string) => ({
      input: this.file(`${path.basename(workspace)}.json`, JSON.stringify({ ...before, cwd: workspace })),
      env: { ...this.env, CLAUDE_PROJECT_DIR: workspace },
    });
    const beforeFile = this.file('before.json', JSON.stringify(before));
    const place = { home: this.folder, platform: process.platform };
    registerInstallation(place, { version: '0.0.0', hook, runtime: this.node });
    const { env } = this;
    const [beforeCall, afterCall] = [['PreToolUse', '--wait=86400'], ['PostToolUse']];
    const words = [this.node, hook, ...beforeCall];
    return [
      { name: 'node -e 0', words: [this.node, '-e', '0'], input: this.file('empty', ''), env },
      { name: 'hook PreToolUse', words, input: beforeFile, env },
      { name: 'hook guarded by itself', words, ...at(this.ruled) },
      { name: 'hook guarded by a watcher', words, ...at(this.watched) },
      { name: 'hook by the launcher', words: [launcherFile(place), ...beforeCall], input: beforeFile, env },
      {
        name: 'hook PostToolUse, 20 kB',
        words: [this.node, hook, ...afterCall],
        input: this.file('after.json', JSON.stringify(after)),
        env,
      },
    ];
  }

  /** What a watcher's answer takes. After the turns, by which the session that is asked about has a past. */
  answer(times: number): Promise<AnswerTimes> {
    return answerTimes({
      node: this.node,
      folder: this.folder,
      runtimeDir: path.join(this.folder, 'run'),
      store: path.join(this.watched, '.agent-traces'),
      session: SESSION,
      rules: JSON.stringify({ rules: RULES }),
      times,
    });
  }

  nodeVersion(): string {
    return spawnSync(this.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  }

  /** The agent's own, which the hooks read. */
  get transcript(): string {
    return path.join(this.folder, 'transcript.jsonl');
  }

  private file(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }
}

/** Text such as compilers and test runners write. */
function commandOutput(bytes: number): string {
  let text = '';
  for (let line = 1; text.length < bytes; line++) {
    text += `src/module-${line % 17}/file-${line % 5}.ts:${line}:7 - ok: expected value ${line * 37} in ${line % 90} ms\n`;
  }
  return text.slice(0, bytes);
}
