import type { ThreadPast } from '../../../common/adapters/codex/replay-filter.ts';
import { CODEX, RolloutParser } from '../../../common/adapters/codex/rollout-parser.ts';
import { LineSource } from '../line-source.ts';
import { modifiedAt } from '../modified-at.ts';
import type { NativeAgent, NativeFile } from '../native-agent.ts';
import { PackedSource } from './packed-source.ts';
import {
  COMPRESSED,
  codexHome,
  dayFolder,
  dayFolders,
  earlierForks,
  homeOf,
  isRolloutHead,
  rolloutAt,
  rolloutOfThread,
  rolloutsOf,
  threadHead,
} from './rollout-files.ts';
import { threadPast } from './thread-past.ts';

/** Folders of days that are watched: a session that is taken up again writes where it began. */
const WATCHED_DAYS = 14;
const DAY_MS = 24 * 3600 * 1000;
/** Threads that threads have started that threads have started: more than any agent nests. */
const MOST_NESTED = 10;

/** Codex: one rollout a thread, in a folder for each day, whatever the workspace. */
export const codexAgent: NativeAgent = {
  name: CODEX,

  discover(env) {
    return rolloutsOf(codexHome(env));
  },

  recognise(path, head) {
    const named = rolloutAt(path);
    if (named && path.endsWith(COMPRESSED)) return named;
    if (!isRolloutHead(head)) return undefined;
    return named ?? { agent: CODEX, path, session: threadHead(path)?.id };
  },

  *subagents(file) {
    const home = homeOf(file.path);
    if (home === undefined || file.session === undefined) return;
    const wanted = new Set([file.session]);
    // A thread is younger than what started it, and ids begin with the time: parents come first.
    const others = [...rolloutsOf(home)].filter(
      ({ session }) => session !== undefined && session > (file.session ?? ''),
    );
    for (const other of others.sort((a, b) => ((a.session ?? '') < (b.session ?? '') ? -1 : 1))) {
      const starter = threadHead(other.path)?.startedBy;
      if (starter === undefined || !wanted.has(starter)) continue;
      wanted.add(other.session ?? '');
      yield { ...other, parent: file.session };
    }
  },

  open(file, onIssue) {
    const parser = () => parserOf(file);
    return file.path.endsWith(COMPRESSED)
      ? new PackedSource(file.path, parser(), onIssue)
      : new LineSource({ path: file.path, parser, onIssue });
  },

  folders(env) {
    const home = codexHome(env);
    const now = Date.now();
    const soon = [0, DAY_MS].map((later) => dayFolder(home, new Date(now + later)));
    return [...new Set([...dayFolders(home).slice(-WATCHED_DAYS), ...soon])];
  },

  fileAt: rolloutAt,
};

function parserOf({ path, session = '' }: NativeFile): RolloutParser {
  return new RolloutParser({
    fallbackId: session,
    fallbackTime: modifiedAt(path),
    past: (parentId) => pastOf(path, parentId),
    rootOf: (starter) => rootOf(path, starter),
  });
}

/** Of the thread itself; where it is gone, of the earliest other copy of it: what both have was used once. */
function pastOf(path: string, parentId: string): ThreadPast | undefined {
  const source = rolloutOfThread(path, parentId) ?? earlierForks(path, parentId)[0];
  return source === undefined ? undefined : threadPast(source);
}

/** The thread that the user started: whoever started whoever started it. */
function rootOf(path: string, starter: string): string {
  let root = starter;
  for (let depth = 0; depth < MOST_NESTED; depth += 1) {
    const rollout = rolloutOfThread(path, root);
    const above = rollout === undefined ? undefined : threadHead(rollout)?.startedBy;
    if (above === undefined) return root;
    root = above;
  }
  return root;
}
