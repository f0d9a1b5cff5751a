import { asRecord, asString } from '../../core/common/json.ts';

/** The id of the session that a command is called for: it gets an id, or something that holds one; undefined when neither. */
export function sessionArgument(argument: unknown): string | undefined {
  const record = asRecord(argument);
  return asString(argument) ?? asString(record?.sessionId) ?? asString(record?.id);
}
