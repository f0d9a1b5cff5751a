/** A part of a transcript that is text. */
export type TextBlock =
  | { readonly kind: 'user' | 'assistant'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: Readonly<Record<string, string>> };

/**
 * The parts of a transcript of Cursor's older form: `user:` and `assistant:` (or `A:`) on a line of their own,
 * `[Tool call] Name` with arguments behind two blanks, `[Tool result] Name`, thoughts in `<think>` or behind `[Thinking]`.
 */
export function textBlocks(transcript: string): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let heading = '';
  let lines: string[] = [];
  const finish = () => {
    const block = blockOf(heading, lines);
    if (block) blocks.push(block);
  };
  for (const line of transcript.split(/\r?\n/)) {
    const next = /^(user|assistant|A):\s*$|^\[(Tool call|Tool result|Thinking)\]/.exec(line);
    if (!next) {
      lines.push(line);
      continue;
    }
    finish();
    heading = line;
    lines = [];
  }
  finish();
  return blocks;
}

function blockOf(heading: string, lines: readonly string[]): TextBlock | undefined {
  const call = /^\[Tool call\] (\S+)/.exec(heading)?.[1];
  if (call) return { kind: 'call', name: call, args: argumentsOf(lines) };
  const speaker = /^(user|assistant|A):/.exec(heading)?.[1];
  if (!speaker) return undefined;
  const text = lines
    .join('\n')
    .replace(/<think>[\s\S]*?<\/think>/g, '')
    .trim();
  return text === '' ? undefined : { kind: speaker === 'user' ? 'user' : 'assistant', text };
}

/** `  name: value`; what does not begin so goes on with the value before it. */
function argumentsOf(lines: readonly string[]): Readonly<Record<string, string>> {
  const args = new Map<string, string>();
  let current: string | undefined;
  for (const line of lines) {
    const named = /^ {2}([A-Za-z_]\w*): ?(.*)$/.exec(line);
    if (named?.[1]) {
      current = named[1];
      args.set(current, named[2] ?? '');
    } else if (current !== undefined) args.set(current, `${args.get(current)}\n${line}`);
  }
  return Object.fromEntries([...args].map(([name, value]) => [name, value.trimEnd()]));
}
