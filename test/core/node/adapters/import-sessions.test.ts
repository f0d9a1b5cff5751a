import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { createRedactor } from '../../../../core/common/redact/redactor.ts';
import { sessionName } from '../../../../core/common/trace/session-name.ts';
import { encodeEvent, type TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { claudeAgent } from '../../../../core/node/adapters/claude-code/claude-agent.ts';
import { familiesOf } from '../../../../core/node/adapters/import-plan.ts';
import { SessionImporter } from '../../../../core/node/adapters/import-sessions.ts';
import { NativeRecorder } from '../../../../core/node/adapters/native-recorder.ts';
import { openSession, openStore } from '../../../../core/node/store/open-store.ts';
import { readMeta } from '../../../../core/node/store/session-meta-file.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';
import { AT, answerOf, linesOf, transcriptOf, writeTranscript } from '../../../rig/transcript.ts';

const ID = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
let home: string;
let project: string;
let store: string;
let issues: string[];

beforeEach(() => {
  home = tempFolder();
  project = join(home, '.claude', 'projects', '-work-project');
  store = join(home, 'store');
  issues = [];
});

function importAll() {
  const options = {
    recorder: new NativeRecorder({
      store: openStore({ path: store, chosen: true }),
      redact: createRedactor([]),
      mode: 'import',
    }),
    prices: genaiPriceBook(),
    now: () => AT / 1000 + 1e6,
    onIssue: (message: string) => issues.push(message),
  };
  const files = [...claudeAgent.discover({ env: {}, home })];
  const importer = new SessionImporter(options);
  const imported = familiesOf(files).flatMap((family) => importer.import(family));
  const sessions = imported.map(({ session, added, cost }) => [session, added, cost.microUsd]);
  return sessions.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

function stored(session: string): readonly TraceEvent[] {
  const lines = readFileSync(join(store, session, 'events.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as TraceEvent);
}

const main = (digit: number) => join(project, `${ID(digit)}.jsonl`);

describe('SessionImporter', () => {
  it('changes nothing when it is done again', () => {
    writeTranscript(main(1), transcriptOf(ID(1), 'a', 4));
    expect(importAll()).toEqual([[ID(1), 7, 15_000]]);
    const before = stored(ID(1));
    expect(importAll()).toEqual([[ID(1), 0, 15_000]]);
    expect(stored(ID(1))).toEqual(before);
  });

  it('adds what was written since', () => {
    const records = transcriptOf(ID(1), 'a', 6);
    writeTranscript(main(1), records.slice(0, 3));
    importAll();
    writeTranscript(main(1), records);
    expect(importAll()).toEqual([[ID(1), 5, 22_500]]);
    expect(new Set(stored(ID(1)).map((event) => event.event_id)).size).toBe(stored(ID(1)).length);
  });

  it('says when a session that is over ended', () => {
    utimesSync(writeTranscript(main(1), transcriptOf(ID(1), 'a', 4)), AT / 1000, AT / 1000);
    importAll();
    expect(readMeta(store, ID(1))).toMatchObject({
      started_at: AT / 1000,
      ended_at: AT / 1000 + 3,
      agent_name: 'claude-code',
      llm_requests: 2,
      attribution: { workspace: '/work/project', transcript_path: main(1) },
    });
  });

  it('counts what a resumed or forked session repeats in the earlier one', () => {
    const records = transcriptOf(ID(2), 'a', 4);
    writeTranscript(main(2), records);
    const copy = records.map((record) => ({ ...record, sessionId: ID(1), forkedFrom: { sessionId: ID(2) } }));
    const own = { ...copy[3], uuid: 'own', message: answerOf('msg_own') };
    writeTranscript(main(1), [...copy, own]);
    expect(importAll()).toEqual([
      [ID(1), 3, 7500],
      [ID(2), 7, 15_000],
    ]);
  });

  it('counts a side question without what it repeats of its session', () => {
    const records = transcriptOf(ID(1), 'a', 4);
    writeTranscript(main(1), records);
    const side = [...records.map((record) => ({ ...record, isSidechain: true, requestId: 'new' }))];
    const own = { ...side[3], uuid: 'own', message: answerOf('msg_own') };
    writeTranscript(join(project, ID(1), 'subagents', 'agent-aside_question-1.jsonl'), [...side, own]);
    const total = importAll().reduce((sum, [, , microUsd]) => sum + Number(microUsd), 0);
    expect(total).toBe(22_500);
  });

  it('reads subagents in the new and the old layout, of workflows, and requests for compaction', () => {
    const record = (name: string) => transcriptOf(ID(1), name, 2, { isSidechain: true });
    const folder = join(project, ID(1), 'subagents');
    writeTranscript(main(1), []);
    writeTranscript(join(folder, 'agent-a1.jsonl'), record('a1'));
    writeFileSync(join(folder, 'agent-a1.meta.json'), '{"agentType":"Explore"}');
    writeTranscript(join(folder, 'agent-acompact-b2.jsonl'), record('b2'));
    writeTranscript(join(folder, 'workflows', 'wf', 'agent-c3.jsonl'), record('c3'));
    writeTranscript(join(folder, 'workflows', 'wf', 'journal.jsonl'), [{ type: 'journal' }]);
    writeTranscript(join(project, 'agent-d4.jsonl'), record('d4'));
    const each = ['a1', 'acompact-b2', 'c3', 'd4'].map((agent) => [`${ID(1)}.${agent}`, 4, 7500]);
    expect(importAll()).toEqual(each);
    expect(readMeta(store, `${ID(1)}.a1`)).toMatchObject({ agent_name: 'Explore', parent_session_id: ID(1) });
  });

  it('links a subagent to the call that started it', () => {
    const call = answerOf('msg_call', [{ type: 'tool_use', id: 'toolu_1', name: 'Agent', input: {} }]);
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' }] };
    const [base] = transcriptOf(ID(1), 'a', 1);
    writeTranscript(main(1), [
      { ...base, type: 'assistant', uuid: 'c', message: call },
      { ...base, type: 'user', uuid: 'r', message: result, toolUseResult: { agentId: 'x1', content: [] } },
    ]);
    writeTranscript(join(project, ID(1), 'subagents', 'agent-x1.jsonl'), transcriptOf(ID(1), 'b', 2));
    importAll();
    expect(readMeta(store, `${ID(1)}.x1`)).toMatchObject({
      parent_session_id: ID(1),
      parent_event_id: 'toolu_1',
    });
  });

  it('adds to a session that hooks recorded only what they do not have', () => {
    const records = transcriptOf(ID(1), 'a', 2);
    const asked = { ...records[0], promptId: 'p1' };
    writeTranscript(main(1), [asked, records[1] as object]);
    const folder = openSession(openStore({ path: store, chosen: true }), ID(1));
    const hook = { timestamp: AT / 1000, session_id: ID(1) };
    const events: TraceEvent[] = [
      { ...hook, event_type: 'session_start', event_id: 'x', data: { mode: 'claude-code-hooks' } },
      { ...hook, event_type: 'user_prompt', event_id: 'p1.prompt', data: { prompt: 'question 0' } },
      { ...hook, event_type: 'assistant_response', event_id: 'y', data: { text: 'yes' } },
    ];
    writeFileSync(join(folder.path, 'events.ndjson'), events.map(encodeEvent).join(''));
    expect(importAll()).toEqual([[ID(1), 1, 7500]]);
    expect(stored(ID(1)).map((event) => event.event_type)).toEqual([
      'session_start',
      'user_prompt',
      'assistant_response',
      'llm_response',
    ]);
  });

  it('passes over broken lines, tells each once, and keeps whole records on them', () => {
    const [a, b, c, d] = transcriptOf(ID(1), 'a', 4).map((record) => JSON.stringify(record));
    mkdirSync(project, { recursive: true });
    const half = b?.slice(0, 60);
    writeFileSync(main(1), `${a}\n${half}\nnot json\n${half}${b}\n${c}${d}\n`);
    expect(importAll()).toEqual([[ID(1), 7, 15_000]]);
    expect(issues.map((issue) => /line (\d+)/.exec(issue)?.[1])).toEqual(['2', '3', '4', '5']);
    expect(issues[0]).toContain(main(1));
  });

  it('reads a line of a megabyte, and one that is not finished yet later', () => {
    const records = transcriptOf(ID(1), 'a', 2);
    const long = { ...records[0], message: { role: 'user', content: 'x'.repeat(1.2e6) } };
    const text = linesOf([long, records[1] as object]);
    mkdirSync(project, { recursive: true });
    writeFileSync(main(1), text.slice(0, -10));
    expect(importAll()).toEqual([[ID(1), 2, null]]);
    writeFileSync(main(1), text);
    expect(importAll()).toEqual([[ID(1), 2, 7500]]);
  });

  it('redacts what it writes', () => {
    const [record] = transcriptOf(ID(1), 'a', 1);
    const secret = `ghp_${'aB3dE6gH9j'.repeat(4).slice(0, 36)}`;
    writeTranscript(main(1), [{ ...record, message: { role: 'user', content: `use ${secret}` } }]);
    importAll();
    expect(JSON.stringify(stored(ID(1)))).not.toContain(secret);
  });

  it('gives a session the name that hooks give it', () => {
    const odd = 'a b';
    writeTranscript(join(project, 'x.jsonl'), transcriptOf(odd, 'a', 1));
    expect(importAll()).toEqual([[sessionName(odd), 2, null]]);
  });

  it('does not mind where the files were moved', () => {
    writeTranscript(main(1), transcriptOf(ID(1), 'a', 4));
    const first = importAll();
    cpSync(project, join(home, '.config', 'claude', 'projects', 'elsewhere'), { recursive: true });
    expect(importAll()[0]?.slice(0, 1)).toEqual(first[0]?.slice(0, 1));
    expect(stored(ID(1))).toHaveLength(7);
  });
});
