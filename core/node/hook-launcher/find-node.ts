import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { asRecord, asString, parseJson } from '../../common/json.ts';
import { isReplaceableByOthers } from './replaceable-path.ts';

export interface NodeSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Folders of workspaces: what lies in them is nobody's own Node. One that holds the home folder is no workspace here. */
  readonly workspaces: readonly string[];
}

/** The oldest Node that the recorder runs on: that of the oldest editor. */
const OLDEST = [20, 19] as const;
const DEADLINE_MS = 5000;
/** A PATH has one or two. */
const MOST_ASKED = 4;

const QUESTION = 'console.log(JSON.stringify({ ...process.versions, path: process.execPath }))';

/**
 * Absolute path of the user's own Node: the first on PATH that is new enough. Version managers put a program in front of
 * it that chooses by the folder it is called in; the one behind is given. What lies in a workspace, in any
 * `node_modules`, or could be replaced by other users is not asked. Undefined when there is none.
 */
export async function findNode(search: NodeSearch): Promise<string | undefined> {
  for (const executable of candidates(search).slice(0, MOST_ASKED)) {
    const node = await ask(executable, search);
    if (node !== undefined && isAcceptable(node, search)) return node;
  }
  return undefined;
}

function candidates(search: NodeSearch): readonly string[] {
  const { env, platform } = search;
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':');
  const files = folders.map((folder) => path.join(folder, windows ? 'node.exe' : 'node'));
  return [...new Set(files)].filter((file) => isAcceptable(file, search));
}

function isAcceptable(file: string, { workspaces, home }: NodeSearch): boolean {
  if (!path.isAbsolute(file) || file.split(/[\\/]/).includes('node_modules')) return false;
  try {
    const real = realpathSync.native(file);
    const roots = workspaces.flatMap((workspace) => [workspace, realpathSync.native(workspace)]);
    const inside = (root: string, each: string) => `${each}${path.sep}`.startsWith(`${root}${path.sep}`);
    if (roots.some((root) => !inside(root, home) && [file, real].some((each) => inside(root, each)))) return false;
    accessSync(file, constants.X_OK);
    const stat = statSync(file);
    const isOpen = process.getuid !== undefined && (stat.mode & 0o002) !== 0;
    return stat.isFile() && !isOpen && !isReplaceableByOthers(file, home);
  } catch {
    return false;
  }
}

/** Path of the Node behind an executable; undefined when it is none, too old, or does not answer. */
function ask(executable: string, { env, home }: NodeSearch): Promise<string | undefined> {
  const { NODE_OPTIONS: _, ...rest } = env;
  const options = { cwd: home, env: rest, timeout: DEADLINE_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
  return new Promise((resolve) => {
    execFile(executable, ['-e', QUESTION], options, (error, stdout) => {
      const answer = error ? undefined : asRecord(parseJson(stdout));
      const isNode = answer?.bun === undefined && isNewEnough(asString(answer?.node) ?? '');
      resolve(isNode ? asString(answer?.path) : undefined);
    }).stdin?.end();
  });
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
