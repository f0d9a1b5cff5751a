/** A place that a link leads to. */
export interface SessionLink {
  readonly sessionId: string;
  readonly eventId?: string;
}

/** Ids are written by agents; a link need not be longer than this. */
const LONGEST_ID = 1024;

/**
 * The link `scheme://extension/session/<id>?event=<event_id>`. `scheme` is the editor's (`vscode`, `cursor`), and
 * `extension` is `publisher.name`.
 */
export function formatLink(scheme: string, extension: string, { sessionId, eventId }: SessionLink): string {
  const event = eventId === undefined ? '' : `?event=${encode(encode(eventId))}`;
  return `${scheme}://${extension}/session/${encode(encode(sessionId))}${event}`;
}

/**
 * What path and query of an opened link name. The editor hands both on decoded, which is why ids are encoded twice: else
 * an `&` in one would end it. Undefined when it is none of ours.
 */
export function parseLink(path: string, query: string): SessionLink | undefined {
  const sessionId = decode(/^\/session\/([^/]+)\/?$/.exec(path)?.[1] ?? '');
  const eventId = decode(/(?:^|&)event=([^&]*)/.exec(query)?.[1] ?? '');
  if (sessionId === '' || sessionId.length > LONGEST_ID || eventId.length > LONGEST_ID) return undefined;
  return eventId === '' ? { sessionId } : { sessionId, eventId };
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

/** What is not encoded stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
