import { asArray, asNumber, asRecord, asString, parseJson } from '../../json.ts';

/** What the text that a shell tool answers tells of its run. */
export interface ShellOutput {
  readonly text: string;
  /** Undefined where the command still runs, or the text does not tell. */
  readonly exitCode: number | undefined;
  readonly durationMs: number | undefined;
}

/**
 * Reads the output of a call. It is a text with a heading (`Process exited with code 0`, `Exit code: 0`), up to 0.11x
 * JSON with `output` and `metadata`, or a list of content blocks.
 */
export function shellOutput(value: unknown): ShellOutput {
  const text = typeof value === 'string' ? value : blocksText(value);
  const wrapped = text.startsWith('{') ? asRecord(parseJson(text)) : undefined;
  const metadata = asRecord(wrapped?.metadata);
  if (metadata && typeof wrapped?.output === 'string') {
    const seconds = asNumber(metadata.duration_seconds);
    return {
      text: wrapped.output,
      exitCode: asNumber(metadata.exit_code),
      durationMs: seconds === undefined ? undefined : seconds * 1000,
    };
  }
  // The heading ends where the command's own output begins.
  const heading = text.slice(0, 400).split(/^Output:$/m)[0] ?? '';
  const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(heading)?.[1];
  const seconds = /^Wall time: ([\d.]+) seconds$/m.exec(heading)?.[1];
  return {
    text,
    exitCode: code === undefined ? undefined : Number(code),
    durationMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** Content blocks as text; of other blocks their type. */
export function blocksText(value: unknown): string {
  const record = asRecord(value);
  if (record) return asString(record.content) ?? asString(record.output) ?? JSON.stringify(value);
  return asArray(value)
    .map((each) => asString(asRecord(each)?.text) ?? `[${asString(asRecord(each)?.type) ?? typeof each}]`)
    .join('\n');
}
