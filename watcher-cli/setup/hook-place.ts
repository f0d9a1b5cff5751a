import path from 'node:path';
import { hookAgent } from '../../core/common/adapters/agent-hooks.ts';
import { CLAUDE_CODE } from '../../core/common/adapters/claude-code/hook-events.ts';
import { CODEX_HOOK_EVENTS } from '../../core/common/adapters/codex/hook-payloads.ts';
import { CODEX } from '../../core/common/adapters/codex/rollout-parser.ts';
import { COPILOT_CLI } from '../../core/common/adapters/copilot-cli/events-parser.ts';
import { COPILOT_HOOK_EVENTS } from '../../core/common/adapters/copilot-cli/hook-payloads.ts';
import { CURSOR_HOOK_EVENTS } from '../../core/common/adapters/cursor/hook-payloads.ts';
import { CURSOR } from '../../core/common/adapters/cursor/transcript-parser.ts';
import { GEMINI_CLI } from '../../core/common/adapters/gemini-cli/chat-parser.ts';
import { GEMINI_HOOK_EVENTS } from '../../core/common/adapters/gemini-cli/hook-payloads.ts';
import type { HookShape } from './hook-settings.ts';

/** Where an agent keeps its hooks, and in which form. */
export interface HookPlace {
  /** As events name the agent. */
  readonly agent: string;
  /** As people do. */
  readonly label: string;
  /** Folder and file, in a workspace and in the home folder. */
  readonly file: readonly [string, string];
  /** Folder in a workspace, where that is another one. */
  readonly workspaceFolder?: string;
  /** Variable that names the folder in the home folder instead. */
  readonly folderVariable?: string;
  /** Names of its programs, as they stand on PATH. */
  readonly programs: readonly string[];
  readonly shape: HookShape;
  /** Whether comments and trailing commas keep the agent from reading the file: as tried, or undefined where not. */
  readonly plainJsonOnly: boolean | undefined;
  /** Undefined where the installed version decides. */
  readonly events?: readonly string[];
  /** What the user has to do before hooks run, and has to know. */
  readonly notes: readonly string[];
}

/** Claude Code first, which is the default. */
export const HOOK_PLACES: readonly HookPlace[] = [
  {
    agent: CLAUDE_CODE,
    label: 'Claude Code',
    file: ['.claude', 'settings.json'],
    folderVariable: 'CLAUDE_CONFIG_DIR',
    programs: ['claude'],
    shape: 'grouped',
    plainJsonOnly: true,
    notes: [],
  },
  {
    agent: CODEX,
    label: 'Codex',
    file: ['.codex', 'hooks.json'],
    folderVariable: 'CODEX_HOME',
    programs: ['codex'],
    shape: 'grouped',
    plainJsonOnly: true,
    events: CODEX_HOOK_EVENTS,
    notes: [
      'Codex runs hooks only after you have trusted them, and says nothing while it does not: start `codex` here, type /hooks and trust those of agent-trace. (Scripts: `codex exec --dangerously-bypass-hook-trust`.) Again after each change of them; `setup --launcher` writes hooks that do not change.',
    ],
  },
  {
    agent: GEMINI_CLI,
    label: 'Gemini CLI',
    file: ['.gemini', 'settings.json'],
    programs: ['gemini'],
    shape: 'grouped',
    plainJsonOnly: false,
    events: GEMINI_HOOK_EVENTS,
    notes: [],
  },
  {
    agent: CURSOR,
    label: 'Cursor',
    file: ['.cursor', 'hooks.json'],
    programs: ['cursor', 'cursor-agent'],
    shape: 'flat',
    plainJsonOnly: undefined,
    events: CURSOR_HOOK_EVENTS,
    notes: [],
  },
  {
    agent: COPILOT_CLI,
    label: 'Copilot CLI',
    file: ['.copilot', 'hooks/agent-trace.json'],
    workspaceFolder: '.github',
    folderVariable: 'COPILOT_HOME',
    programs: ['copilot'],
    shape: 'flat',
    plainJsonOnly: undefined,
    events: COPILOT_HOOK_EVENTS,
    notes: [
      'Copilot CLI runs the hooks of a folder (.github/hooks) once you trust that folder; those of --global always.',
    ],
  },
];

/** The agents that `--agent` names: one, several with commas between, or `all`. Undefined when one is not known. */
export function hookPlaces(names: string): readonly HookPlace[] | undefined {
  if (names === 'all') return HOOK_PLACES;
  const asked = names.split(',').map(hookAgent);
  const places = HOOK_PLACES.filter(({ agent }) => asked.includes(agent));
  return asked.every((name) => name !== undefined) ? places : undefined;
}

export interface HookFolders {
  /** The workspace. */
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Absolute path of the file with an agent's hooks: of the workspace, or of the user. */
export function hooksFile(place: HookPlace, folders: HookFolders, isGlobal: boolean): string {
  const [folder, name] = place.file;
  if (isGlobal) return path.join(homeFolderOf(place, folders), name);
  return path.join(folders.cwd, place.workspaceFolder ?? folder, name);
}

/** Absolute path of the folder that an agent keeps in the user's home, or has been given instead. */
export function homeFolderOf({ file, folderVariable }: HookPlace, { cwd, home, env }: HookFolders): string {
  const named = folderVariable === undefined ? undefined : env[folderVariable];
  return path.resolve(cwd, named || path.join(home, file[0]));
}
