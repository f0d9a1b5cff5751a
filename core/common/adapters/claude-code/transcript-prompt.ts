import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';

/** What a program wrote in the user's name: output of commands, notes of an interrupt. */
const NO_PROMPT =
  /^(?:<(?:local-command-(?:stdout|stderr|caveat)|bash-(?:stdout|stderr)|system-reminder)>|\[Request interrupted by user)/;

/**
 * The prompt that a `user` record is; undefined when it is none: what the program put there itself, a summary after a
 * compaction, or a sidechain's order in the transcript of its parent (versions of 2025).
 */
export function promptOf(record: JsonRecord, content: unknown, isSubagent: boolean): string | undefined {
  if (record.isMeta === true || record.isCompactSummary === true) return undefined;
  if (record.isSidechain === true && !isSubagent) return undefined;
  const text = typeof content === 'string' ? content : textOf(asArray(content));
  return text.trim() === '' || NO_PROMPT.test(text) ? undefined : text;
}

function textOf(blocks: readonly unknown[]): string {
  return blocks
    .flatMap((value) => {
      const block = asRecord(value);
      if (block?.type === 'image') return '[image]';
      return block?.type === 'text' ? (asString(block.text) ?? []) : [];
    })
    .join('\n');
}
