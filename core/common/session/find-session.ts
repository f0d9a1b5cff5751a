/** What a name given by a user stands for. */
export type SessionSearch<T> =
  | { readonly found: T }
  | { readonly missing: string }
  | { readonly ambiguous: string; readonly candidates: readonly string[] };

/** Finds a session by its id, or by any beginning of it that fits one session only. */
export function findSession<T>(sessions: readonly T[], idOf: (session: T) => string, name: string): SessionSearch<T> {
  const exact = sessions.find((session) => idOf(session) === name);
  if (exact !== undefined) return { found: exact };
  const fitting = name === '' ? [] : sessions.filter((session) => idOf(session).startsWith(name));
  // The sessions of subagents begin with their parent's id; the beginning of it means the parent.
  const roots = fitting.filter(
    (one) => !fitting.some((other) => other !== one && idOf(one).startsWith(`${idOf(other)}.`)),
  );
  const [only] = roots;
  if (only === undefined) return { missing: name };
  return roots.length === 1 ? { found: only } : { ambiguous: name, candidates: roots.map(idOf) };
}
