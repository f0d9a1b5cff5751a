import { describe, expect, it } from 'vitest';
import type { EventData, TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { FileMarks } from '../../../../core/common/view/file-marks.ts';

let count = 0;

function event(event_type: TraceEvent['event_type'], data: EventData, parent_id?: string): TraceEvent {
  count += 1;
  return {
    event_type,
    timestamp: count,
    event_id: `e${count}`,
    session_id: 's',
    data,
    ...(parent_id ? { parent_id } : {}),
  };
}

/** Marks of `src/a.ts` after one call. */
function marksOf(tool_name: string, args: EventData, result: EventData) {
  const marks = new FileMarks();
  marks.apply(event('session_start', { cwd: '/work' }));
  const call = event('tool_call', { tool_name, arguments: { file_path: '/work/src/a.ts', ...args } });
  expect(marks.apply(call)).toBeUndefined();
  expect(marks.apply(event('tool_result', { tool_name, ...result }, call.event_id))).toBe('src/a.ts');
  return marks.of('src/a.ts');
}

const edit = { old_string: 'a\nb', new_string: 'a\nb\nc' };

describe('marks of a file', () => {
  it.each([
    [
      'what the result says was read',
      'Read',
      { offset: 5 },
      { read: { start_line: 5, num_lines: 3 } },
      [['read', 5, 7]],
    ],
    ['what was asked for', 'Read', { offset: 5, limit: 2 }, {}, [['read', 5, 6]]],
    ['a limit alone: the first lines', 'Read', { limit: 2 }, {}, [['read', 1, 2]]],
    ['an offset alone: to the end', 'Read', { offset: 5 }, {}, [['read', 5, 0]]],
    ['nothing said: the whole file', 'Read', {}, {}, [['read', 0, 0]]],
    [
      'the patch',
      'Edit',
      {},
      {
        patch: [
          { start: 3, lines: 2 },
          { start: 9, lines: 1 },
        ],
      },
      [
        ['modified', 3, 4],
        ['modified', 9, 9],
      ],
    ],
    [
      'lines that were taken out: the one in their place',
      'Edit',
      {},
      { patch: [{ start: 3, lines: 0 }] },
      [['modified', 3, 3]],
    ],
    ['what was written anew', 'Write', { content: 'a\nb\n' }, {}, [['modified', 1, 2]]],
    ['a write that tells nothing', 'Edit', {}, {}, [['modified', 0, 0]]],
    ['numbers that are none', 'Read', { offset: 'x', limit: -1 }, { read: [] }, [['read', 0, 0]]],
  ] as const)('are %s', (_, tool, args, result, expected) => {
    const marks = marksOf(tool, args, result);
    expect(marks.map(({ kind, startLine, endLine }) => [kind, startLine, endLine])).toEqual(expected);
  });

  it('tell the call and its time, and what one replacement did to the lines below', () => {
    const [mark] = marksOf('Edit', edit, { patch: [{ start: 5, lines: 2 }] });
    const change = { startLine: 5, endLine: 5, addedLines: 2 };
    expect(mark).toMatchObject({ callId: `e${count - 1}`, tool: 'Edit', startedAt: count - 1, at: count, change });
  });

  it.each([
    ['of several replacements', { ...edit, replace_all: true }, [{ start: 5, lines: 2 }]],
    [
      'of several places',
      edit,
      [
        { start: 5, lines: 2 },
        { start: 9, lines: 1 },
      ],
    ],
    ['of a call that does not tell', {}, [{ start: 5, lines: 2 }]],
  ])('do not guess how far the lines below have moved because %s', (_, args, patch) => {
    expect(marksOf('Edit', args, { patch })[0]?.change).toBeUndefined();
  });

  it('are left by no call that a rule denied', () => {
    const marks = new FileMarks();
    const call = event('tool_call', { tool_name: 'Write', arguments: { file_path: 'a.ts', content: 'x' } });
    marks.apply(call);
    expect(marks.apply(event('tool_result', { denied: true }, call.event_id))).toBeUndefined();
    expect(marks.paths).toEqual([]);
  });

  it('are left by no call that failed, runs no file tool, or has no result', () => {
    const marks = new FileMarks();
    const failed = event('tool_call', { tool_name: 'Read', arguments: { file_path: '/a' } });
    const other = event('tool_call', { tool_name: 'Bash', arguments: { command: 'ls' } });
    const error = event('error', {}, failed.event_id);
    const late = event('tool_result', {}, failed.event_id);
    for (const each of [failed, other, error, late, event('tool_result', {}, other.event_id)])
      expect(marks.apply(each)).toBeUndefined();
    expect(marks.paths).toEqual([]);
  });
});
