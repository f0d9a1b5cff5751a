/** A path as the parts between its slashes, in every way a glob may look at it. */
export interface FilePath {
  /** The last part. */
  readonly name: string;
  /** From the root: the first part is empty, or a drive (`C:`). Undefined when the path is relative to who knows what. */
  readonly absolute: readonly string[] | undefined;
  /** Below the workspace; undefined for a file outside of it. */
  readonly below: readonly string[] | undefined;
  /** As seen from the workspace, for a file outside of it: begins with one or more `..`. */
  readonly above: readonly string[] | undefined;
  /** Undefined when it is not known where the workspace is. */
  readonly inWorkspace: boolean | undefined;
}

/** How paths compare on this machine, and what `~` means. */
export interface PathOptions {
  /** True where file names ignore case (macOS, Windows). */
  readonly nocase: boolean;
  /** Absolute path of the user's home directory; undefined when unknown. */
  readonly home: string | undefined;
}

/** The longest path any of our systems can open (Windows; Linux ends at 4096 bytes). Longer ones name no file. */
const MAX_PATH_CHARACTERS = 32_767;

/**
 * Brings a path as an agent gave it into comparable form: `\` is `/`, `.` and `..` are resolved, `~` is the home
 * directory, Unicode is composed. Links are not followed: that would take the file system. A relative path is relative
 * to the workspace, which `root` is (see `splitAbsolute`). Undefined when the path is too long to name a file.
 */
export function toFilePath(
  path: string,
  root: readonly string[] | undefined,
  options: PathOptions,
): FilePath | undefined {
  const given = splitAbsolute(path, options.home);
  const relative = given ? undefined : splitPath(path);
  const absolute = given ?? (root && relative ? resolveDots([...root, ...relative]) : undefined);
  const parts = absolute ?? resolveDots(relative ?? []);
  if (parts.join('/').length > MAX_PATH_CHARACTERS) return undefined;
  const shared = absolute && root ? sharedParts(absolute, root, options.nocase) : 0;
  const inside = absolute && root ? shared === root.length : !absolute && parts[0] !== '..';
  const climb = absolute && root && !inside && shared > 0 ? Array<string>(root.length - shared).fill('..') : undefined;
  return {
    name: parts.at(-1) ?? '',
    absolute,
    below: inside ? parts.slice(shared) : undefined,
    above: climb ? [...climb, ...parts.slice(shared)] : !absolute && !inside ? parts : undefined,
    inWorkspace: root ? inside : undefined,
  };
}

/** As people see it: relative to the workspace where it lies inside. */
export function pathText({ below, absolute, above }: FilePath): string {
  return (below ?? absolute ?? above ?? []).join('/') || '.';
}

/** Parts of an absolute path, the root first; undefined when it is relative. `~` counts as absolute where it is known. */
export function splitAbsolute(path: string, home: string | undefined): readonly string[] | undefined {
  const parts = splitPath(path);
  const [first] = parts;
  if (first === '~' && home !== undefined)
    return resolveDots([...(splitAbsolute(home, undefined) ?? ['']), ...parts.slice(1)]);
  if (first === undefined || (first !== '' && !/^[A-Za-z]:$/.test(first))) return undefined;
  return resolveDots([first.toUpperCase(), ...parts.slice(1)]);
}

function splitPath(path: string): readonly string[] {
  return (/[^ -[\]-~]/.test(path) ? path.normalize('NFC').replaceAll('\\', '/') : path).split('/');
}

/** Without `.`, `..` and empty parts, except the root and the `..` that a relative path begins with. */
function resolveDots(parts: readonly string[]): readonly string[] {
  const resolved: string[] = [];
  const rooted = parts[0] === '' || /^[A-Z]:$/.test(parts[0] ?? '');
  for (const [index, part] of parts.entries()) {
    if (index === 0 && rooted) resolved.push(part);
    else if (part === '' || part === '.') continue;
    else if (part !== '..') resolved.push(part);
    else if (resolved.length > (rooted ? 1 : 0) && resolved.at(-1) !== '..') resolved.pop();
    else if (!rooted) resolved.push(part);
  }
  return resolved;
}

function sharedParts(a: readonly string[], b: readonly string[], nocase: boolean): number {
  let count = 0;
  while (count < a.length && count < b.length && samePart(a[count] ?? '', b[count] ?? '', nocase)) count += 1;
  return count;
}

export function samePart(a: string, b: string, nocase: boolean): boolean {
  return a === b || (nocase && a.toLowerCase() === b.toLowerCase());
}
