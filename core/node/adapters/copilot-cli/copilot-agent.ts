import { basename, dirname, join } from 'node:path';
import { COPILOT_CLI, CopilotParser } from '../../../common/adapters/copilot-cli/events-parser.ts';
import { asRecord, asString, parseJson } from '../../../common/json.ts';
import { entriesOf } from '../../entries-of.ts';
import { LineSource } from '../line-source.ts';
import { modifiedAt } from '../modified-at.ts';
import type { NativeAgent, NativeEnv, NativeFile } from '../native-agent.ts';

const EVENTS = 'events.jsonl';
const STATE = 'session-state';

/** Copilot CLI: a folder for each session below `~/.copilot/session-state`, whatever the workspace. */
export const copilotAgent: NativeAgent = {
  name: COPILOT_CLI,

  *discover(env) {
    for (const folder of sessionsOf(env)) {
      if (entriesOf(folder).some((entry) => entry.isFile() && entry.name === EVENTS))
        yield eventsAt(join(folder, EVENTS));
    }
  },

  recognise(path, head) {
    const first = asRecord(parseJson(head.split('\n', 1)[0] ?? ''));
    const data = asRecord(first?.data);
    if (first?.type !== 'session.start' || !data) return undefined;
    const { session } = eventsAt(path);
    return { agent: COPILOT_CLI, path, session: asString(data.sessionId) ?? session };
  },

  *subagents() {
    // They write into the file of the session.
  },

  open(file, onIssue) {
    const parser = () =>
      new CopilotParser({ fallbackId: file.session ?? 'unknown', fallbackTime: modifiedAt(file.path) });
    return new LineSource({ path: file.path, parser, onIssue });
  },

  folders(env) {
    return [stateOf(env)];
  },

  subagentFolders({ path }) {
    // The session's own, which is there before its file.
    return [dirname(path)];
  },

  fileAt(path) {
    if (basename(path) === EVENTS) return eventsAt(path);
    // What a session's file would be called if it had no folder of its own stands for the one in it.
    const folder = path.endsWith('.jsonl') ? path.slice(0, -'.jsonl'.length) : '';
    return basename(dirname(folder)) === STATE ? eventsAt(join(folder, EVENTS)) : undefined;
  },
};

function stateOf({ env, home }: NativeEnv): string {
  return join(env.COPILOT_HOME || join(home, '.copilot'), STATE);
}

function sessionsOf(env: NativeEnv): readonly string[] {
  const state = stateOf(env);
  return entriesOf(state).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('.') ? join(state, entry.name) : [],
  );
}

function eventsAt(path: string): NativeFile {
  return { agent: COPILOT_CLI, path, session: basename(dirname(path)) };
}
