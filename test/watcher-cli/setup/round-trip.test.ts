import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { applyEdits, format, parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { installHooks, removeHooks, type WantedHooks } from '../../../watcher-cli/setup/hook-settings.ts';
import { setupRig } from './setup-rig.ts';

/** Settings files as people and programs leave them. */
const FILES: Readonly<Record<string, string | undefined>> = {
  'no file': undefined,
  'an empty object': '{}',
  'an empty object with a newline': '{}\n',
  'an empty object over two lines': '{\n}\n',
  'only a comment': '{\n  // later\n}\n',
  'other settings': '{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] }\n}\n',
  'no newline at the end': '{\n  "model": "opus"\n}',
  'a byte order mark': '\uFEFF{\n  "model": "opus"\n}\n',
  tabs: '{\n\t"model": "opus",\n\t"hooks": {\n\t\t"Stop": []\n\t}\n}\n',
  'four spaces': '{\n    "model": "opus"\n}\n',
  CRLF: '{\r\n  "model": "opus",\r\n  "hooks": {\r\n    "Stop": [\r\n      { "hooks": [] }\r\n    ]\r\n  }\r\n}\r\n',
  'one line': '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"x"}]}]}}',
  'one line, blanks': '{ "model": "opus" }\n',
  'empty hooks': '{\n  "hooks": {}\n}\n',
  'empty hooks on one line': '{"hooks":{}}',
  'an empty event': '{\n  "hooks": {\n    "PreToolUse": [],\n    "Stop": [ ]\n  }\n}\n',
  'other hooks on the same events': `{
  "hooks": {
    "PreToolUse": [
      {
        "matcher": "Bash",
        "hooks": [
          { "type": "command", "command": "./check.sh", "timeout": 5 }
        ]
      }
    ],
    "Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }]
  }
}
`,
  'brackets that hug':
    '{"hooks": {"PreToolUse": [{\n  "matcher": "Bash",\n  "hooks": [{\n    "type": "command"\n  }]\n}]}}\n',
  comments: `{
  // the model
  "model": "opus", /* not sonnet */
  "hooks": {
    // before each call
    "PreToolUse": [
      { "matcher": "Bash", "hooks": [] } // nothing yet
      // , { "matcher": "Edit" }
    ] // end of PreToolUse
    /* end of hooks */
  } // last
  // "theme": "dark"
}
// end
`,
  'trailing commas': '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [], },\n    ],\n  },\n  "model": "opus",\n}\n',
  'a key that stands twice': '{\n  "hooks": { "Nope": [] },\n  "hooks": {\n    "Stop": []\n  }\n}\n',
  'an event that stands twice': '{ "hooks": { "Stop": [{ "hooks": [] }, { "hooks": [] }], "Stop": [] } }',
  'odd blanks': '{"model"  :  "opus"  ,\n\n\n "hooks":{ "Stop":[\n\n] }  \n\n}  \n\n',
  'characters outside ASCII': '{\n  "statusLine": "größer → 日本語 🙂"\n}\n',
};

const wanted: WantedHooks = {
  events: ['PreToolUse', 'Stop', 'SessionEnd'],
  command: (event) => `exec "node" "/opt/agent-trace/dist/hook.cjs" ${event}`,
  isOurs: (command) => command.includes('/agent-trace/dist/hook.cjs'),
  removeOthers: true,
};

describe('setup and then setup --remove', () => {
  for (const [name, original] of Object.entries(FILES)) {
    it(`gives back the bytes of a settings file with: ${name}`, async () => {
      const rig = await setupRig();
      if (original !== undefined) await rig.write(original);
      await rig.setup({ claudeVersion: '2.1.329' });
      const installed = await rig.read();
      expect(installed).toContain('hook.cjs');
      const again = await rig.setup({ claudeVersion: '2.1.329' });
      expect(again.stdout).toContain('nothing to change');
      expect(await rig.read()).toBe(installed);
      await rig.setup({ remove: true });
      expect(await rig.read()).toBe(original);
    });
  }

  it.each(['other hooks on the same events', 'comments', 'one line'])(
    'gives back the bytes with hooks that call the launcher, too: %s',
    async (name) => {
      const rig = await setupRig();
      await rig.write(FILES[name] ?? '');
      await rig.setup({ claudeVersion: '2.1.329', launcher: true });
      const installed = await rig.read();
      expect(installed).toContain('.agent-trace/bin/hook');
      await rig.setup({ claudeVersion: '2.1.329', launcher: true });
      expect(await rig.read()).toBe(installed);
      await rig.setup({ remove: true });
      expect(await rig.read()).toBe(FILES[name]);
    },
  );

  it('leaves no folder behind that setup had made', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '2.1.329' });
    await rig.setup({ remove: true });
    expect(existsSync(path.dirname(rig.settings))).toBe(false);
  });

  it('keeps every byte of any settings, whatever its layout', () => {
    fc.assert(
      fc.property(settingsText(), (original) => {
        const installed = installHooks(original, wanted).text ?? '';
        expect(JSON.parse(stripComments(installed))).toEqual(withOurHooks(JSON.parse(stripComments(original))));
        expect(installHooks(installed, wanted).text).toBe(installed);
        expect(removeHooks(installed, wanted.isOurs).text).toBe(original);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what was written around our hooks in the meantime', () => {
    fc.assert(
      fc.property(settingsText(), fc.boolean(), (original, before) => {
        const installed = installHooks(original, wanted).text ?? '';
        const end = before ? installed.indexOf('{') + 1 : installed.lastIndexOf('}');
        const added = before ? ' "added": [ 1 ],' : ', "added": [ 1 ] ';
        // A line comment at the end would swallow what is added behind it.
        fc.pre(before || !/\/\/[^\n]*$/.test(installed.slice(0, end)));
        const edited = installed.slice(0, end) + added + installed.slice(end);
        const removed = removeHooks(edited, wanted.isOurs).text ?? '';
        const { added: kept, hooks, ...rest } = JSON.parse(stripComments(removed));
        expect(kept).toEqual([1]);
        expect(JSON.stringify(hooks ?? {})).not.toContain('agent-trace');
        const { hooks: originalHooks = {}, ...originalRest } = JSON.parse(stripComments(original));
        expect(rest).toEqual(originalRest);
        expect(hooks ?? {}).toEqual(originalHooks);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what setup writes', () => {
  it('takes effect where a key stands twice: the last one counts', () => {
    const twice = installHooks('{ "hooks": { "Stop": [] }, "hooks": {} }', { ...wanted, events: ['Stop'] }).text ?? '';
    expect(JSON.parse(twice)).toEqual(withOurHooks({}, ['Stop']));
  });

  it('leaves an entry alone that does not count, because its event stands again further down', () => {
    const ours = '[ { "hooks": [ { "command": "C" } ] } ]';
    const text = `{ "hooks": { "Stop": ${ours}, "Stop": [] } }`;
    expect(removeHooks(text, (command) => command === 'C')).toMatchObject({ text, removed: [] });
  });

  it('is not taken out together with the line end that closes a comment', () => {
    const [before, ours, after] = [
      '{ "a": 1 // note',
      ', "hooks": { "Stop": [ { "hooks": [ { "command": "C" } ] } ] }',
      ', "b": 2 }',
    ];
    const text = `${before}\n${ours}${after}`;
    const removed = removeHooks(text, (command) => command === 'C').text ?? '';
    expect(parse(removed)).toEqual({ a: 1, b: 2 });
  });

  it('is laid out as people do it in a new file', async () => {
    const rig = await setupRig();
    await rig.setup({ claudeVersion: '1.0.38' }, { node: '/opt/node', hookScript: rig.hookScript });
    expect((await rig.read())?.replaceAll(rig.hookScript, 'HOOK')).toBe(`{
  "hooks": {
    "PreToolUse": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "exec \\"/opt/node\\" \\"HOOK\\" PreToolUse --wait=86400",
            "timeout": 86400
          }
        ]
      }
    ],
    "PostToolUse": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "exec \\"/opt/node\\" \\"HOOK\\" PostToolUse"
          }
        ]
      }
    ],
    "Stop": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "exec \\"/opt/node\\" \\"HOOK\\" Stop"
          }
        ]
      }
    ],
    "Notification": [
      {
        "hooks": [
          {
            "type": "command",
            "command": "exec \\"/opt/node\\" \\"HOOK\\" Notification"
          }
        ]
      }
    ]
  }
}
`);
  });

  it('follows the indentation and the line ends of the file', () => {
    const text =
      '{\r\n\t"hooks": {\r\n\t\t"Stop": [\r\n\t\t\t{\r\n\t\t\t\t"hooks": [ ]\r\n\t\t\t}\r\n\t\t]\r\n\t}\r\n}\r\n';
    const installed = installHooks(text, { ...wanted, events: ['Stop', 'SessionEnd'], command: () => 'c' }).text ?? '';
    expect(installed.replaceAll('\r\n', '\n')).not.toContain('\r');
    expect(installed.replaceAll('\r\n', '')).not.toContain('\n');
    const formatted = format(installed, undefined, { insertSpaces: false, tabSize: 1, eol: '\r\n', keepLines: true });
    expect(applyEdits(installed, formatted)).toBe(installed);
  });
});

/** Settings with and without hooks of others, written in all the ways that are allowed. */
function settingsText(): fc.Arbitrary<string> {
  const hook = fc.constantFrom({ type: 'command', command: 'mine' }, { type: 'prompt' });
  const group = fc.record(
    { matcher: fc.constantFrom('', 'Bash', 'Edit|Write'), hooks: fc.array(hook, { maxLength: 2 }) },
    { requiredKeys: ['hooks'] },
  );
  const event = fc.constantFrom('PreToolUse', 'Stop', 'Notification', 'Other');
  const settings = fc
    .tuple(
      fc.option(fc.constantFrom('opus', 'a // b', '{"[', 'ü'), { nil: undefined }),
      fc.option(fc.dictionary(event, fc.array(group, { maxLength: 2 })), { nil: undefined }),
      fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
      fc.boolean(),
    )
    .map(([model, hooks, env, hooksFirst]) => (hooksFirst ? { hooks, model, env } : { model, env, hooks }));
  const trivia = fc.constantFrom(
    '',
    '',
    '',
    ' ',
    '\n',
    '\n  ',
    '\n\t\t',
    '\r\n ',
    ' /* c, { */ ',
    ' // "x": [\n',
    '/**/',
  );
  const layout = fc.oneof(
    fc.constantFrom<string | number>(0, 1, 2, 4, '\t').map((indent) => ({ indent })),
    fc.infiniteStream(trivia).map((stream) => ({ stream })),
  );
  return fc.tuple(settings, layout, fc.constantFrom('', '\n', '\r\n')).map(([value, how, end]) => {
    if ('indent' in how) return JSON.stringify(value, null, how.indent) + end;
    const pieces = JSON.stringify(value).match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^"{}[\]:,]+/g) ?? [];
    return pieces.map((piece) => piece + (how.stream.next().value ?? '')).join('') + end;
  });
}

function stripComments(text: string): string {
  return JSON.stringify(parse(text, [], { allowTrailingComma: true }));
}

function withOurHooks(settings: { hooks?: Record<string, unknown[]> }, events = wanted.events): object {
  const hooks = { ...settings.hooks };
  for (const event of events) {
    const ours = { hooks: [{ type: 'command', command: wanted.command(event) }] };
    hooks[event] = [...(hooks[event] ?? []), ours];
  }
  return { ...settings, hooks };
}
