import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';
import { ensureBuilt } from '../../rig/build.ts';
import { CliWorkspace } from '../../rig/cli.ts';

let workspace: CliWorkspace;

beforeAll(() => ensureBuilt());

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(() => workspace.dispose());

function eventTypes(session: string): readonly string[] {
  const file = join(workspace.store, session, 'events.ndjson');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => (line === '' ? [] : String(JSON.parse(line).event_type)));
}

it.skipIf(process.platform === 'win32')(
  'a conversation in Cursor is followed, and its subagents, from before its folder exists',
  async () => {
    const name = workspace.path.replace(/^\//, '').replace(/[^A-Za-z0-9]/g, '-');
    const project = join(workspace.path, '.cursor', 'projects', name);
    await workspace.watch();
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'worker.log'), `workspace ${workspace.path} opened\n`);
    const say = (role: string, text: string) =>
      `${JSON.stringify({ role, message: { content: [{ type: 'text', text }] } })}\n`;
    const folder = join(project, 'agent-transcripts', 'conversation');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'conversation.jsonl');
    writeFileSync(file, say('user', 'Fix it'));
    await waitFor('the prompt', () => eventTypes('conversation').includes('user_prompt'));
    appendFileSync(file, say('assistant', 'Done.'));
    await waitFor('the answer', () => eventTypes('conversation').includes('assistant_response'));
    mkdirSync(join(folder, 'subagents'));
    writeFileSync(join(folder, 'subagents', 'child.jsonl'), say('user', 'Help'));
    await waitFor('the subagent', () => eventTypes('conversation.child').includes('user_prompt'));
    expect(eventTypes('conversation')).toEqual(['session_start', 'user_prompt', 'assistant_response']);
  },
);
