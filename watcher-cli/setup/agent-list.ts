import { existsSync } from 'node:fs';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { programsCalled } from './claude-installation.ts';
import { isOurs } from './hook-command.ts';
import { type HookFolders, type HookPlace, homeFolderOf, hooksFile } from './hook-place.ts';
import { countHooks } from './hook-settings.ts';
import { checkSettings } from './settings-check.ts';
import { readSettings } from './settings-file.ts';

/** An agent that could call our recorder: an entry of `setup --list --json`, see docs/cli.md. */
export interface ListedAgent {
  readonly agent: string;
  readonly label: string;
  /** Its program, or its folder in the user's home, is on this machine. */
  readonly found: boolean;
  /** The file that its hooks stand in, or would. */
  readonly file: string;
  /** How many of ours are in it; null when it cannot be read. */
  readonly hooks: number | null;
}

export interface AgentListEnvironment extends HookFolders {
  readonly hookScript: string;
  readonly platform?: NodeJS.Platform | undefined;
}

/** What is on this machine of an agent, and what of ours is in its hooks: those of the workspace, or of the user. */
export async function listAgent(place: HookPlace, isGlobal: boolean, env: AgentListEnvironment): Promise<ListedAgent> {
  const { agent, label, programs } = place;
  const places = { env: env.env, home: env.home, platform: env.platform ?? process.platform };
  const found = existsSync(homeFolderOf(place, env)) || programsCalled(programs, places).length > 0;
  const file = hooksFile(place, env, isGlobal);
  return { agent, label, found, file, hooks: await hooksIn(place, file, env.hookScript) };
}

async function hooksIn({ shape }: HookPlace, file: string, hookScript: string): Promise<number | null> {
  try {
    const { text } = await readSettings(file);
    if (!text?.trim()) return 0;
    checkSettings(file, text, shape);
    return countHooks(text, (command) => isOurs(command, hookScript), shape);
  } catch {
    return null;
  }
}

/** A line for people. */
export function listedText({ label, found, file, hooks }: ListedAgent): string {
  const what =
    hooks === null ? 'cannot be read' : hooks === 0 ? 'no hooks' : `${hooks} ${hooks === 1 ? 'hook' : 'hooks'}`;
  return `${sanitize(`${label.padEnd(12)}  ${(found ? 'found' : 'not found').padEnd(9)}  ${what.padEnd(14)}  ${file}`)}\n`;
}
