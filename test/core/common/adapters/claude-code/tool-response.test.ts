import { describe, expect, it } from 'vitest';
import { toolOutcome } from '../../../../../core/common/adapters/claude-code/tool-response.ts';

const HUNK = {
  oldStart: 3,
  oldLines: 2,
  newStart: 3,
  newLines: 3,
  lines: [' a', '-b', '+c', '+d'],
};

describe('toolOutcome', () => {
  it('joins what a command wrote', () => {
    const response = { stdout: 'out', stderr: 'err', interrupted: false, isImage: false };
    expect(toolOutcome(response, { command: 'x' })).toEqual({ result: 'out\nerr' });
    expect(toolOutcome({ stdout: 'out', stderr: '' }, {})).toEqual({ result: 'out' });
    expect(toolOutcome({ stdout: '', stderr: '', interrupted: true, backgroundTaskId: 'b1' }, {})).toEqual({
      result: '',
      interrupted: true,
      background_task_id: 'b1',
    });
  });

  it('keeps the line ranges of an edit, and no copy of the file', () => {
    const response = {
      filePath: '/w/a.ts',
      oldString: 'b',
      newString: 'c\nd',
      originalFile: 'WHOLE FILE',
      structuredPatch: [HUNK, { ...HUNK, oldStart: 20, newStart: 21, newLines: 1, lines: ['+e'] }],
      userModified: false,
    };
    const outcome = toolOutcome(response, { file_path: '/w/a.ts' });
    expect(outcome).toEqual({
      result: 'changed /w/a.ts\n@@ -3,2 +3,3 @@\n a\n-b\n+c\n+d\n@@ -20,2 +21,1 @@\n+e',
      file_path: '/w/a.ts',
      patch: [
        { start: 4, lines: 2 },
        { start: 21, lines: 1 },
      ],
    });
    expect(JSON.stringify(outcome)).not.toContain('WHOLE FILE');
  });

  it.each([
    ['a change in the middle', [' a', '-b', '+c', ' d'], [{ start: 8, lines: 1 }]],
    ['lines taken out', [' a', '-b', '-c', ' d'], [{ start: 8, lines: 0 }]],
    [
      'two changes in one hunk',
      ['+a', ' b', ' c', '+d', '+e'],
      [
        { start: 7, lines: 1 },
        { start: 10, lines: 2 },
      ],
    ],
    [
      'a file without a newline at its end',
      ['-a', '\\ No newline at end of file', '+b'],
      [
        { start: 7, lines: 0 },
        { start: 7, lines: 1 },
      ],
    ],
    ['a hunk without its lines', undefined, [{ start: 7, lines: 4 }]],
  ])('takes the lines with a plus for written: %s', (_, lines, patch) => {
    const structuredPatch = [{ oldStart: 7, oldLines: 4, newStart: 7, newLines: 4, lines }];
    expect(toolOutcome({ filePath: '/w/a', structuredPatch }, {}).patch).toEqual(patch);
  });

  it.each([
    ['a\nb\n', 2],
    ['a\nb', 2],
    ['', 0],
    ['\n', 1],
  ])('takes all lines of the new file %j for written', (content, lines) => {
    const response = { type: 'create', filePath: '/w/n', content, structuredPatch: [], originalFile: null };
    expect(toolOutcome(response, {})).toEqual({
      result: 'created /w/n',
      file_path: '/w/n',
      patch: [{ start: 1, lines }],
    });
  });

  it('says which lines were read, and keeps none of them', () => {
    const file = { filePath: '/w/a.ts', content: 'WHOLE FILE', numLines: 20, startLine: 11, totalLines: 300 };
    expect(toolOutcome({ type: 'text', file }, { file_path: '/w/a.ts' })).toEqual({
      result: 'read /w/a.ts, lines 11 to 30 of 300',
      file_path: '/w/a.ts',
      read: { start_line: 11, num_lines: 20, total_lines: 300 },
    });
  });

  it('keeps no image', () => {
    const image = { type: 'image', file: { base64: 'iVBORw0KGgo', type: 'image/png' } };
    expect(toolOutcome(image, { file_path: '/w/a.png' })).toEqual({ result: 'read /w/a.png', file_path: '/w/a.png' });
    const blocks = [
      { type: 'text', text: 'see' },
      { type: 'image', source: { data: 'iVBORw0KGgo' } },
    ];
    expect(toolOutcome(blocks, {})).toEqual({ result: 'see\n[image]' });
  });

  it('names the subagent that a call started', () => {
    const done = { status: 'completed', agentId: 'a1', content: [{ type: 'text', text: 'Found it.' }], totalTokens: 9 };
    expect(toolOutcome(done, {})).toEqual({ result: 'Found it.', agent_id: 'a1' });
    const launched = { status: 'async_launched', agentId: 'a2', outputFile: '/tmp/o' };
    expect(toolOutcome(launched, {})).toEqual({ result: JSON.stringify(launched), agent_id: 'a2' });
  });

  it('gives whatever else a tool answers as text', () => {
    expect(toolOutcome('plain', {}).result).toBe('plain');
    expect(toolOutcome({ bytes: 5, result: 'page' }, {}).result).toBe('page');
    expect(toolOutcome({ numFiles: 2, filenames: ['a', 'b'] }, {}).result).toBe('{"numFiles":2,"filenames":["a","b"]}');
    expect(toolOutcome(undefined, undefined)).toEqual({ result: '' });
    expect(toolOutcome(7, null)).toEqual({ result: '7' });
    expect(toolOutcome({ structuredPatch: [null, { newStart: 'x' }], filePath: 3 }, {}).patch).toEqual([]);
  });
});
