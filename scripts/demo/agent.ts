/**
 * A scripted coding agent for the demonstration: a real process that edits real files, runs real commands and calls the
 * recorder's hook as Claude Code does. It asks no model; its script is below. Usage: agent.ts WORKSPACE HOOK_SCRIPT
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [workspace = '.', hookScript = ''] = process.argv.slice(2);
const sessionId = `demo-${process.pid}`;
const transcript = path.join(workspace, '.agent', `${sessionId}.jsonl`);
const MODEL = 'claude-sonnet-4-6';
const THINKING_MS = 500;

let calls = 0;
let child: ChildProcess | undefined;

/** Runs one hook to its end, as an agent does before it goes on. */
function hook(event: string, fields: Record<string, unknown> = {}): void {
  const payload = {
    session_id: sessionId,
    transcript_path: transcript,
    cwd: workspace,
    hook_event_name: event,
    ...fields,
  };
  spawnSync('sh', ['-c', `exec "$AGENT_NODE" "$AGENT_HOOK" ${event}`], {
    cwd: workspace,
    input: JSON.stringify(payload),
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
}

/** One answer of the model, with the tokens a real one might cost. */
function answer(): void {
  const usage = {
    input_tokens: 900 + 40 * calls,
    output_tokens: 350,
    cache_read_input_tokens: 18_000 + 2_500 * calls,
    cache_creation_input_tokens: 2_500,
    cache_creation: { ephemeral_5m_input_tokens: 2_500, ephemeral_1h_input_tokens: 0 },
  };
  const message = { id: `msg_${sessionId}_${calls}`, model: MODEL, role: 'assistant', usage };
  appendFileSync(
    transcript,
    `${JSON.stringify({ type: 'assistant', timestamp: new Date().toISOString(), message })}\n`,
  );
}

async function tool(name: string, input: Record<string, unknown>, work: () => unknown): Promise<void> {
  await sleep(THINKING_MS);
  calls += 1;
  answer();
  const call = { tool_name: name, tool_input: input, tool_use_id: `toolu_${sessionId}_${calls}` };
  hook('PreToolUse', call);
  const started = Date.now();
  try {
    const tool_response = await work();
    hook('PostToolUse', { ...call, tool_response, duration_ms: Date.now() - started });
  } catch (error) {
    hook('PostToolUseFailure', { ...call, error: String(error), duration_ms: Date.now() - started });
  }
}

const read = (name: string) => {
  const file_path = path.join(workspace, name);
  return tool('Read', { file_path }, () => {
    const lines = readFileSync(file_path, 'utf8').split('\n').length;
    return { type: 'text', file: { filePath: file_path, numLines: lines, startLine: 1, totalLines: lines } };
  });
};

const write = (name: string, content: string) => {
  const file_path = path.join(workspace, name);
  return tool('Write', { file_path, content }, () => {
    mkdirSync(path.dirname(file_path), { recursive: true });
    writeFileSync(file_path, content);
    return { type: 'create', filePath: file_path, structuredPatch: [] };
  });
};

/** A shell in a session of its own, as the agents do it: signals to the agent's group do not reach it. */
const bash = (command: string) =>
  tool('Bash', { command }, async () => {
    const shell = spawn('bash', ['-c', command], { cwd: workspace, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child = shell;
    let stdout = '';
    shell.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const code = await new Promise<number | null>((resolve) => shell.once('close', resolve));
    child = undefined;
    if (code !== 0) throw new Error(`Exit code ${code}`);
    return { stdout, stderr: '', interrupted: false };
  });

process.once('SIGTERM', () => {
  hook('SessionEnd', { reason: 'other' });
  process.exit(143);
});

mkdirSync(path.dirname(transcript), { recursive: true });
writeFileSync(transcript, '');
hook('SessionStart', { source: 'startup', model: MODEL });
hook('UserPromptSubmit', { prompt: 'Make the greeting configurable and clean up after yourself.' });
await read('greeting.js');
await bash('node greeting.js');
await write('config.json', '{ "name": "world" }\n');
await write('greeting.js', "const { name } = require('./config.json');\nconsole.log('Hello, ' + name + '!');\n");
await bash('node greeting.js');
await write('README.md', '# Greeting\n\nSet the name in config.json.\n');
await write('docs/usage.md', '# Usage\n\nnode greeting.js\n');
await bash('for i in $(seq 1 40); do echo "$i" >> progress.log; sleep 0.1; done');
await read('config.json');
await bash('rm -rf ./build && for i in $(seq 1 600); do echo "$i" >> after.log; sleep 0.1; done');
hook('Stop', { last_assistant_message: 'Done.' });
hook('SessionEnd', { reason: 'other' });
child?.kill();
