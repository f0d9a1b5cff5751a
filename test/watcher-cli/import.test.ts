import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliWorkspace } from '../rig/cli.ts';
import { answerOf, linesOf, transcriptOf, writeTranscript } from '../rig/transcript.ts';

let workspace: CliWorkspace;
let projects: string;
beforeEach(() => {
  workspace = new CliWorkspace();
  projects = path.join(workspace.path, '.claude', 'projects');
});
afterEach(() => workspace.dispose());

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** So many that further threads have started before the first has read all. */
const RECORDS = 3000;

/** Sessions of which some have subagents in the old layout, whose calls are told by another file of the folder. */
function writeSessions(count: number): void {
  for (let number = 0; number < count; number += 1) {
    // Of another folder's session, too: alone it tells nothing.
    const agentId = `a${number % 4}`;
    const folder = path.join(projects, `-work-${number % 3}`);
    const records = transcriptOf(id(number), `m${number}`, RECORDS);
    const call = { type: 'tool_use', id: `toolu_${number}`, name: 'Task', input: { prompt: 'look' } };
    const result = { type: 'tool_result', tool_use_id: `toolu_${number}`, content: 'seen' };
    const more = [
      { type: 'assistant', message: answerOf(`msg_call_${number}`, [call]) },
      { type: 'user', message: { content: [result] }, toolUseResult: { agentId, content: [] } },
    ].map((record, index) => ({ ...record, uuid: `c${number}-${index}`, sessionId: id(number) }));
    writeTranscript(path.join(folder, `${id(number)}.jsonl`), [...records, ...more]);
    writeTranscript(path.join(folder, `agent-${agentId}.jsonl`), transcriptOf(id(number), `s${number}`, 9));
  }
  writeFileSync(
    path.join(projects, '-work-0', `${id(99)}.jsonl`),
    `${linesOf(transcriptOf(id(99), 'b', 3))}{"broken\n`,
  );
}

/** Every file of the store with what is in it. */
function contentsOf(store: string): Readonly<Record<string, string>> {
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((file) => [path.relative(store, file), readFileSync(file, 'utf8')]));
}

describe('agent-trace import --all', () => {
  it('writes and says the same with one thread as with several', async () => {
    writeSessions(12);
    const [one, three] = [path.join(workspace.path, 'one'), path.join(workspace.path, 'three')];
    const alone = await workspace.run('import', '--all', '--json', '--store', one, '--threads', '1');
    const together = await workspace.run('import', '--all', '--json', '--store', three, '--threads', '3');
    expect(together).toEqual(alone);
    expect(alone.code).toBe(0);
    expect(alone.stdout.trim().split('\n')).toHaveLength(25);
    expect(alone.stderr).toContain('line 4');
    expect(contentsOf(three)).toEqual(contentsOf(one));
    const meta = JSON.parse(contentsOf(three)[path.join(`${id(5)}.a1`, 'meta.json')] ?? '{}');
    expect(meta).toMatchObject({ parent_session_id: id(5), parent_event_id: 'toolu_5' });
  });

  it('says once, as with one thread, that the store cannot be written', async () => {
    writeSessions(12);
    const store = path.join(workspace.path, 'store');
    mkdirSync(store);
    // A file where the folder of a session has to be.
    for (let number = 0; number < 12; number += 1) writeFileSync(path.join(store, id(number)), '');
    const { code, stderr } = await workspace.run('import', '--all', '--store', store, '--threads', '3');
    expect(code).toBe(5);
    expect(stderr.match(/is not a folder of its own/g)).toHaveLength(1);
  });

  it('tells the error of the system with its path, whichever thread meets it', async () => {
    writeSessions(12);
    const store = path.join(workspace.path, 'store');
    for (let number = 0; number < 12; number += 1) {
      mkdirSync(path.join(store, id(number), 'events.ndjson'), { recursive: true });
    }
    const { code, stderr } = await workspace.run('import', '--all', '--store', store, '--threads', '3');
    expect(stderr).toMatch(/EISDIR.*events\.ndjson/);
    expect(code).toBe(10);
  });
});
