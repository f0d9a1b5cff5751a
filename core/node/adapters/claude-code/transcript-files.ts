import { basename, dirname, join } from 'node:path';
import { CLAUDE_CODE } from '../../../common/adapters/claude-code/hook-events.ts';
import { subagentOfTranscript } from '../../../common/adapters/claude-code/usage-transcript.ts';
import { entriesOf } from '../../entries-of.ts';
import type { NativeEnv, NativeFile } from '../native-agent.ts';

/** The folders Claude Code keeps its things in: the one the user named, else both that its versions have used. */
export function claudeFolders({ env, home }: NativeEnv): readonly string[] {
  if (env.CLAUDE_CONFIG_DIR) return [env.CLAUDE_CONFIG_DIR];
  return [join(home, '.claude'), join(env.XDG_CONFIG_HOME || join(home, '.config'), 'claude')];
}

/**
 * The folder's name for a project: every character but letters and digits of its path is a dash. Paths beyond 200
 * characters get a hash that is not known here: undefined.
 */
export function projectFolderName(workspace: string): string | undefined {
  const name = workspace.replace(/[^A-Za-z0-9]/g, '-');
  return name.length > LONGEST_NAME ? undefined : name;
}

const LONGEST_NAME = 200;

/** Folder of a session's subagents in the folder named after the session. */
export const SUBAGENTS = 'subagents';
/** Folder in there of folders of workflows' subagents. */
export const WORKFLOWS = 'workflows';

/** Every transcript of a project's folder: sessions, subagents in the old and the new layout, those of workflows. */
export function* transcriptsOf(projectFolder: string): Iterable<NativeFile> {
  for (const entry of entriesOf(projectFolder)) {
    const path = join(projectFolder, entry.name);
    if (entry.isDirectory()) yield* subagentTranscripts(join(path, SUBAGENTS));
    else if (entry.isFile()) yield* transcriptAt(path) ?? [];
  }
}

/** The transcripts of subagents in a session's folder of them, workflows' one level deeper. */
export function* subagentTranscripts(folder: string): Iterable<NativeFile> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield* transcriptAt(path) ?? [];
    else if (entry.isDirectory() && entry.name === WORKFLOWS) {
      for (const workflow of entriesOf(path)) {
        if (workflow.isDirectory()) yield* subagentTranscripts(join(path, workflow.name));
      }
    }
  }
}

/** What a transcript is, told by its path; none when it is no transcript. */
export function transcriptAt(path: string): readonly [NativeFile] | undefined {
  const name = basename(path);
  if (!name.endsWith('.jsonl')) return undefined;
  const parent = parentOf(path);
  const subagent = subagentOfTranscript(name);
  if (subagent) return [{ agent: CLAUDE_CODE, path, session: subagent, parent: parent ?? '' }];
  // Beside them lies what is no transcript (`journal.jsonl`).
  if (parent !== undefined) return undefined;
  return [{ agent: CLAUDE_CODE, path, session: name.slice(0, -'.jsonl'.length) }];
}

/** The session whose subagent's transcript stands at the path; undefined outside of such a folder (the old layout). */
function parentOf(path: string): string | undefined {
  const folder = dirname(path);
  if (basename(folder) === SUBAGENTS) return basename(dirname(folder));
  const workflows = dirname(folder);
  const isWorkflow = basename(workflows) === WORKFLOWS && basename(dirname(workflows)) === SUBAGENTS;
  return isWorkflow ? basename(dirname(dirname(workflows))) : undefined;
}
