import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The session that an entry of the corpus is about. */
export const EVIL = 'evil';

/** Something that may lie in a store, by accident or on purpose. */
export interface HostileEntry {
  readonly name: string;
  /** Puts it into a store that is there. Throws where the machine does not let us. */
  readonly make: (store: string) => void;
  /** Events can be appended to the session as if nothing were there. */
  readonly goesOn: boolean;
}

/** What no output may contain: it would move the cursor, or show a text as another one. */
export const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const TRICKS = '\u001b[2J\u001b]0;owned\u0007\u202egnp.exe\u2066\u200b\r\n\u009b31m\b\b\b line\u2028two \u0000';
export const MARKUP =
  '"><img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script><a href="javascript:globalThis.pwned=1">x</a>' +
  '[link](command:workbench.action.quit) $(alert) <style>*{display:none}</style> `code` | cell';

type Data = Readonly<Record<string, unknown>>;

function event(event_type: string, event_id: string, data: Data, more: Data = {}): string {
  return `${JSON.stringify({ event_type, timestamp: 1_795_000_000, event_id, session_id: EVIL, data, ...more })}\n`;
}

/** A session in which every text is the one given. */
function talk(text: string): readonly string[] {
  const call = { tool_name: text, arguments: { command: text, file_path: text, description: text, url: text } };
  return [
    event('session_start', 's', { agent: text, model: text, cwd: text, source: text, mode: text }),
    event('user_prompt', 'p', { prompt: text }),
    event('tool_call', text, call),
    event('error', 'e', { tool_name: text, error: text }, { parent_id: text }),
    event('tool_call', 'b', { tool_name: 'Bash', arguments: { command: text } }),
    event('tool_result', 'r', { tool_name: 'Bash', result: text, stdout: text, patch: text }, { parent_id: 'b' }),
    event('tool_call', 'w', { tool_name: 'Write', arguments: { file_path: `/${text}/${text}`, content: text } }),
    event('file_write', 'f', { file_path: text }),
    event('llm_request', 'q', { model: text }),
    event('llm_response', 'l', { model: text, usage: { input: 5, output: 5, speed: text, inference_geo: text } }),
    event('decision', 'd', { waiting_for: text, decision: text, reason: text, model: text }),
    event('assistant_response', 'a', { text }),
    event('session_end', 'z', { reason: text }),
  ];
}

function session(store: string, lines: readonly (string | Buffer)[], meta: Data = {}): void {
  const folder = join(store, EVIL);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ session_id: EVIL, started_at: 1_795_000_000, ...meta }));
  writeFileSync(join(folder, 'events.ndjson'), '');
  for (const line of lines) appendFileSync(join(folder, 'events.ndjson'), line);
}

const texts = (text: string) => (store: string) =>
  session(store, talk(text), {
    agent_name: text,
    command: text,
    parent_session_id: text,
    attribution: { working_dir: text },
  });

const usage = (values: string) => (store: string) =>
  session(
    store,
    ['1', '2', '3'].map(
      (id) =>
        `{"event_type":"llm_response","timestamp":1795000000,"event_id":"${id}","session_id":"evil","duration_ms":${values},` +
        `"data":{"model":"claude-sonnet-4-6","usage":{"input":${values},"output":${values},"cache_read":${values}}}}\n`,
    ),
    { tool_calls: -1, total_tokens: 1e308 },
  );

/** `place`: puts something where a session's events are expected. */
const inPlaceOfEvents = (place: (path: string, store: string) => void) => (store: string) => {
  session(store, []);
  const path = join(store, EVIL, 'events.ndjson');
  execFileSync('rm', [path]);
  place(path, store);
};

function outside(store: string): string {
  const folder = join(store, '..', 'outside');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'events.ndjson'), event('user_prompt', 'secret', { prompt: 'SECRET' }));
  return folder;
}

/** One of each kind; see the tests beside this file, one for each boundary. */
export const HOSTILE: readonly HostileEntry[] = [
  { name: 'control characters and bidi overrides in every text', make: texts(TRICKS), goesOn: true },
  { name: 'HTML, script and Markdown in every text', make: texts(MARKUP), goesOn: true },
  { name: 'texts of 200 kB', make: texts('é"\\\n'.repeat(50_000)), goesOn: true },
  {
    name: '__proto__ and constructor as keys',
    make: (store) =>
      session(store, [
        '{"__proto__":{"polluted":1},"event_type":"tool_call","timestamp":1795000000,"event_id":"__proto__","session_id":"__proto__",' +
          '"data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"tool_name":"__proto__","arguments":{"__proto__":{"file_path":"x"},"hasOwnProperty":1}}}\n',
        '{"event_type":"llm_response","timestamp":1795000000,"event_id":"toString","session_id":"evil","data":{"model":"__proto__","usage":{"__proto__":{"input":9},"input":1}}}\n',
        '{"event_type":"__proto__","timestamp":1,"data":{}}\n',
      ]),
    goesOn: true,
  },
  {
    name: '100,000 levels of nesting',
    make: (store) => {
      const deep = `${'{"a":['.repeat(50_000)}1${']}'.repeat(50_000)}`;
      session(store, [
        `{"event_type":"tool_call","timestamp":1795000000,"event_id":"deep","session_id":"evil","data":{"tool_name":"Deep","arguments":{"x":${deep}}}}\n`,
        `${'['.repeat(100_000)}\n`,
        `{"event_type":"tool_result","timestamp":1795000001,"event_id":"r","parent_id":"deep","session_id":"evil","data":{"result":${deep}}}\n`,
      ]);
    },
    goesOn: true,
  },
  { name: 'numbers beyond 2^53', make: usage('9007199254740993000000000'), goesOn: true },
  { name: 'numbers beyond all numbers', make: usage('1e999'), goesOn: true },
  { name: 'negative counts', make: usage('-5'), goesOn: true },
  { name: 'NaN', make: usage('NaN'), goesOn: true },
  {
    name: 'times no date can name',
    make: (store) =>
      session(
        store,
        ['1e300', '-1e300', '9e15', '-62135596800'].map(
          (at, n) =>
            `{"event_type":"tool_call","timestamp":${at},"event_id":"t${n}","session_id":"evil","duration_ms":${at},"data":{"tool_name":"Bash"}}\n`,
        ),
        { started_at: 9e15, ended_at: -1e300 },
      ),
    goesOn: true,
  },
  {
    name: 'bytes that are not UTF-8',
    make: (store) =>
      session(store, [
        Buffer.concat([
          Buffer.from(
            '{"event_type":"tool_call","timestamp":1795000000,"event_id":"u","session_id":"evil","data":{"tool_name":"',
          ),
          Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80]),
          Buffer.from('"}}\n'),
        ]),
        Buffer.from([0x80, 0x81, 0x0a, 0x00, 0x0a, 0xef, 0xbb, 0xbf, 0x0a]),
        '{"event_type":"tool_call","timestamp":1795000000,"event_id":"\\ud800","session_id":"evil","data":{"tool_name":"\\udfff\\ud800"}}\n',
      ]),
    goesOn: true,
  },
  {
    name: 'session ids that lead out of the store',
    make: (store) => {
      outside(store);
      session(
        store,
        [event('tool_call', '../../x', { tool_name: 'Bash' }, { session_id: '../outside', parent_id: '../..' })],
        {
          session_id: '../outside',
          parent_session_id: '../../../../etc',
          attribution: { transcript_path: '../../outside/events.ndjson' },
        },
      );
      writeFileSync(join(store, '.active-session'), '../outside\n');
    },
    goesOn: true,
  },
  {
    name: 'a link out of the store as a session',
    make: (store) => symlinkSync(outside(store), join(store, EVIL)),
    goesOn: false,
  },
  {
    name: 'a link out of the store as events',
    make: inPlaceOfEvents((path, store) => symlinkSync(join(outside(store), 'events.ndjson'), path)),
    goesOn: false,
  },
  { name: 'a FIFO as events', make: inPlaceOfEvents((path) => execFileSync('mkfifo', [path])), goesOn: false },
  {
    name: 'a link to an endless device as events',
    make: inPlaceOfEvents((path) => symlinkSync('/dev/zero', path)),
    goesOn: false,
  },
  { name: 'a folder as events', make: inPlaceOfEvents((path) => mkdirSync(path)), goesOn: false },
  {
    name: 'FIFOs in place of meta.json, alerts and the active session',
    make: (store) => {
      mkdirSync(join(store, EVIL));
      for (const name of ['alerts.ndjson', '.active-session', `${EVIL}/meta.json`])
        execFileSync('mkfifo', [join(store, name)]);
    },
    goesOn: true,
  },
  {
    name: 'a line of 1 GB',
    make: (store) => {
      session(store, [event('user_prompt', 'before', { prompt: 'before' })]);
      const path = join(store, EVIL, 'events.ndjson');
      // Mostly a hole: no disk is filled by it.
      truncateSync(path, 2 ** 30);
      const fd = openSync(path, 'a');
      writeSync(fd, `"}}\n${event('user_prompt', 'after', { prompt: 'after' })}`);
      closeSync(fd);
    },
    goesOn: true,
  },
];
