import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copilotAgent } from '../../../../core/node/adapters/copilot-cli/copilot-agent.ts';
import { cursorAgent } from '../../../../core/node/adapters/cursor/cursor-agent.ts';
import { geminiAgent } from '../../../../core/node/adapters/gemini-cli/gemini-agent.ts';
import type { NativeAgent, NativeFile } from '../../../../core/node/adapters/native-agent.ts';
import { readNative, usageOf } from '../../../rig/native-events.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

/** A home with these files, paths relative to it. */
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return home;
}

function found(agent: NativeAgent, home: string): readonly NativeFile[] {
  return [...agent.discover({ env: {}, home })].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function namesOf(files: readonly NativeFile[], home: string): readonly unknown[] {
  return files.map(({ path, session, parent }) => [path.slice(home.length + 1), session, parent]);
}

const ID = '0ab84937-9fe7-4284-986a-33c832af0b6a';

describe('Gemini CLI', () => {
  const chats = '.gemini/tmp/project/chats';
  const message = { id: 'm', type: 'gemini', content: 'x', model: 'gemini-2.5-pro', tokens: { input: 9, output: 1 } };

  test('has a folder for each project, of whose path a file in it tells', () => {
    const home = homeWith({
      '.gemini/tmp/project/.project_root': '/home/user/project\n',
      [`${chats}/session-2026-04-23T12-52-0ab84937.jsonl`]: `{"sessionId":"${ID}","projectHash":"x"}\n`,
      [`${chats}/${ID}/child.jsonl`]: '{"sessionId":"child","kind":"subagent"}\n',
      [`${chats}/session-2026-01-01T00-00-11111111.json`]: '{}',
      '.gemini/tmp/project/logs.json': '[]',
    });
    const files = found(geminiAgent, home);
    expect(namesOf(files, home)).toEqual([
      [`${chats}/${ID}/child.jsonl`, 'child', ID],
      [`${chats}/session-2026-01-01T00-00-11111111.json`, '11111111', undefined],
      [`${chats}/session-2026-04-23T12-52-0ab84937.jsonl`, '0ab84937', undefined],
    ]);
    const folder = (workspace: string) => geminiAgent.folders({ env: {}, home }, workspace)[0];
    expect(folder('/home/user/project')).toBe(join(home, chats));
    // Another workspace of the same name gets another folder, and so does the first session in a workspace.
    expect(folder('/srv/project')).toBe(join(home, '.gemini/tmp/project-1/chats'));
    expect(folder('/srv/My Tool')).toBe(join(home, '.gemini/tmp/my-tool/chats'));
    expect([...geminiAgent.subagents(files[2] as NativeFile)]).toEqual([files[0]]);
    for (const file of files) expect(geminiAgent.fileAt(file.path)).toEqual(file);
    const { events } = readNative(geminiAgent, files[0] as NativeFile);
    expect(events[0]).toMatchObject({ session_id: `${ID}.child`, data: { cwd: '/home/user/project' } });
  });

  test('a chat in one document is read again when it was written anew', () => {
    const path = join(homeWith({ 'c/session-a.json': '' }), 'c', 'session-a.json');
    const document = (messages: readonly object[]) => JSON.stringify({ sessionId: ID, projectHash: 'x', messages });
    writeFileSync(path, document([message]));
    const issues: string[] = [];
    const source = geminiAgent.open({ agent: 'gemini-cli', path, session: ID }, (issue) => issues.push(issue));
    const first = source.read().events;
    expect(source.read().events).toEqual([]);
    writeFileSync(
      path,
      document([
        { ...message, tokens: { input: 9, output: 4 } },
        { ...message, id: 'n' },
      ]),
    );
    const second = source.read().events;
    expect(usageOf([...first, ...second])).toMatchObject({ input: 18, output: 5 });
    expect(second.map(({ event_id }) => event_id)).toEqual(['llm-m', 'n.text', 'llm-n']);
    writeFileSync(path, '{"half');
    expect(source.read().events).toEqual([]);
    expect(issues).toHaveLength(1);
  });
});

test('Copilot CLI has a folder for each session', () => {
  const state = '.copilot/session-state';
  const home = homeWith({
    [`${state}/${ID}/events.jsonl`]: `{"type":"session.start","data":{"sessionId":"${ID}"}}\n`,
    [`${state}/empty/workspace.yaml`]: '',
    [`${state}/.locks/events.jsonl`]: '',
  });
  const files = found(copilotAgent, home);
  expect(namesOf(files, home)).toEqual([[`${state}/${ID}/events.jsonl`, ID, undefined]]);
  const [folder = ''] = copilotAgent.folders({ env: {}, home }, '/any');
  expect(folder).toBe(join(home, state));
  // A folder in there stands for its session before the file in it does.
  expect(copilotAgent.fileAt(`${join(folder, ID)}.jsonl`)).toEqual(files[0]);
  expect(copilotAgent.subagentFolders?.(files[0] as NativeFile)).toEqual([join(folder, ID)]);
});

test('Cursor has a folder for each project, of whose path its log tells', () => {
  const project = '.cursor/projects/home-user-my-project';
  const line = '{"role":"user","message":{"content":"hello"}}\n';
  const home = homeWith({
    [`${project}/agent-transcripts/a/a.jsonl`]: line,
    [`${project}/agent-transcripts/a/subagents/child.jsonl`]: line,
    [`${project}/agent-transcripts/flat.jsonl`]: line,
    [`${project}/agent-transcripts/old.txt`]: 'user:\n<user_query>\nhello\n</user_query>\n',
    [`${project}/worker.log`]: 'started for /home/user/my.project (pid 3)\n',
    [`${project}/notes.txt`]: '',
  });
  const files = found(cursorAgent, home);
  expect(namesOf(files, home)).toEqual([
    [`${project}/agent-transcripts/a/a.jsonl`, 'a', undefined],
    [`${project}/agent-transcripts/a/subagents/child.jsonl`, 'child', 'a'],
    [`${project}/agent-transcripts/flat.jsonl`, 'flat', undefined],
    [`${project}/agent-transcripts/old.txt`, 'old', undefined],
  ]);
  for (const file of files) {
    const { events, issues } = readNative(cursorAgent, file);
    expect(issues).toEqual([]);
    expect(events.find(({ event_type }) => event_type === 'user_prompt')?.data['prompt']).toBe('hello');
    expect(events[0]?.data['cwd']).toBe('/home/user/my.project');
  }
  expect(cursorAgent.folders({ env: {}, home }, '/home/user/my.project')).toContain(
    join(home, project, 'agent-transcripts'),
  );
});
