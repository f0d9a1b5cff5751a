/**
 * A path as the agent gave it, in one form: forward slashes, no `.` or `..` steps, relative to the workspace when it
 * lies inside it, absolute otherwise. Two spellings of one file give one result; no file system is asked.
 */
export function workspacePath(path: string, workspace: string | undefined): string {
  const root = workspace === undefined ? undefined : normalize(workspace);
  const absolute = normalize(isAbsolute(path) || root === undefined ? path : `${root}/${path}`);
  if (root === undefined) return absolute;
  if (absolute === root) return '.';
  const inside = root === '/' ? root : `${root}/`;
  return absolute.startsWith(inside) ? absolute.slice(inside.length) : absolute;
}

/** An absolute path of Unix that has nothing to be taken out: as most are. */
const NORMAL = /^(?:\/(?!\.\.?(?:\/|$))[^/\\]+)+$/;

function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

function normalize(path: string): string {
  if (NORMAL.test(path)) return path;
  const absolute = isAbsolute(path);
  const steps: string[] = [];
  for (const step of path.replaceAll('\\', '/').split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (!absolute) steps.push(step);
  }
  const joined = steps.join('/');
  return absolute && !/^[A-Za-z]:/.test(joined) ? `/${joined}` : joined;
}
