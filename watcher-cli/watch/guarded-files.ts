import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Files that say what guards an agent, and which of them a call has changed. */
export class GuardedFiles {
  private readonly files: readonly string[];
  /** By the id of a call that goes on: the states of the files when it began. */
  private readonly before = new Map<string, readonly string[]>();

  constructor(files: readonly string[]) {
    this.files = files;
  }

  begin(call: string): void {
    this.before.set(call, this.files.map(stateOf));
  }

  /** The files that are not what they were when the call began; none for a call that was not seen to begin. */
  end(call: string): readonly string[] {
    const before = this.before.get(call);
    this.before.delete(call);
    return before ? this.files.filter((file, index) => stateOf(file) !== before[index]) : [];
  }
}

function stateOf(file: string): string {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : '';
}

const HOOK_SETTINGS = [
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.codex/hooks.json',
  '.codex/config.toml',
  '.gemini/settings.json',
  '.cursor/hooks.json',
  '.github/hooks/agent-trace.json',
  '.copilot/hooks/agent-trace.json',
];

/** Where agents have their hooks, for a workspace and for all of the user's. */
export function hookSettings(folder: string, home: string): readonly string[] {
  return HOOK_SETTINGS.flatMap((file) => [join(folder, file), join(home, file)]);
}
