import { asString, type JsonRecord } from '../../json.ts';

/** The session's title, where the record says one: its summary, what a model made up, or the user's own. */
export function titleOf(record: JsonRecord): string | undefined {
  if (record.type === 'summary') return asString(record.summary);
  if (record.type === 'ai-title') return asString(record.aiTitle) ?? asString(record.title);
  return record.type === 'custom-title' ? (asString(record.customTitle) ?? asString(record.title)) : undefined;
}
