import * as vscode from 'vscode';
import type { ListedAgent } from './run-setup.ts';

interface AgentItem extends vscode.QuickPickItem {
  readonly agent: string;
}

/**
 * Asks which agents are to call the recorder; those on this machine stand first, and are chosen unless the user takes
 * them out. Undefined when the user wants none.
 */
export async function pickAgents(
  title: string,
  agents: readonly ListedAgent[],
  name: (file: string) => string,
): Promise<readonly string[] | undefined> {
  const isThere = ({ found, hooks }: ListedAgent) => found || (hooks ?? 0) > 0;
  const ordered = [...agents].sort((a, b) => Number(isThere(b)) - Number(isThere(a)));
  // Where none is found, the first one: it is the command line's default.
  const isNoneThere = !agents.some(isThere);
  const items = ordered.map((agent, index) => itemOf(agent, name, isThere(agent) || (isNoneThere && index === 0)));
  return picked(title, items, 'Agents that are to be recorded');
}

/** The same for taking hooks out, of those that have any: a single one is not asked about, and none is an empty list. */
export async function pickAgentsWithHooks(
  title: string,
  agents: readonly ListedAgent[],
  name: (file: string) => string,
): Promise<readonly string[] | undefined> {
  // What cannot be read is told by the command line, with its place.
  const having = agents.filter(({ hooks }) => hooks === undefined || hooks > 0);
  if (having.length < 2) return having.map(({ agent }) => agent);
  const items = having.map((agent) => itemOf(agent, name, true));
  return picked(title, items, 'Agents that are not to be recorded any more');
}

function itemOf(agent: ListedAgent, name: (file: string) => string, isPicked: boolean): AgentItem {
  return {
    agent: agent.agent,
    label: agent.label,
    description: name(agent.file),
    detail: detailOf(agent),
    picked: isPicked,
  };
}

function detailOf({ found, hooks }: ListedAgent): string {
  if (hooks === undefined) return 'Its settings cannot be read.';
  if (hooks > 0) return `${hooks} ${hooks === 1 ? 'hook is' : 'hooks are'} set up.`;
  return found ? 'No hooks yet.' : 'Not found on this machine.';
}

async function picked(
  title: string,
  items: readonly AgentItem[],
  placeHolder: string,
): Promise<readonly string[] | undefined> {
  const options = { title, placeHolder, canPickMany: true, ignoreFocusOut: true } as const;
  const chosen = await vscode.window.showQuickPick(items, options);
  return chosen && chosen.length > 0 ? chosen.map(({ agent }) => agent) : undefined;
}
