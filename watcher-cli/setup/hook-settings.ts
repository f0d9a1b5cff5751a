import { type Node, parseTree } from 'jsonc-parser';
import { addItem, addProperty, type JsonPath, nodeAt, removeAt, replaceScalar } from './json-edit.ts';

/** What became of our hooks in a settings text. Names of hook events, each once. */
export interface HookChange {
  /** Undefined when nothing but our hooks was in it: then there should be no file. */
  readonly text: string | undefined;
  readonly added: readonly string[];
  /** Ours already, but with another command line. */
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}

export interface WantedHooks {
  readonly events: readonly string[];
  readonly command: (event: string) => string;
  readonly isOurs: (command: string) => boolean;
  /** Whether hooks of ours for other events are removed. */
  readonly removeOthers: boolean;
}

/**
 * Makes our hooks in a settings text be those wanted; everything else stays as it is, byte for byte. The text must have
 * passed `checkSettings`.
 */
export function installHooks(text: string, wanted: WantedHooks): HookChange {
  const found = findHooks(text, wanted.isOurs);
  const added = wanted.events.filter((event) => !found.some((hook) => hook.event === event));
  const stale = found.filter(
    (hook) => wanted.events.includes(hook.event) && hook.command !== wanted.command(hook.event),
  );
  const superfluous = found.filter((hook) =>
    wanted.events.includes(hook.event) ? isRepeated(hook, found) : wanted.removeOthers,
  );
  let edited = text;
  for (const hook of stale) edited = replaceScalar(edited, hook.path.concat('command'), wanted.command(hook.event));
  edited = addHooks(edited, added, wanted.command);
  // Wanted events stay, so there is always something left; the last ones first, so that the other paths stay true.
  for (const hook of superfluous.toReversed()) edited = removeHook(edited, hook) ?? '{}';
  return {
    text: edited,
    added,
    updated: unique(stale.filter((hook) => !superfluous.includes(hook))),
    removed: unique(superfluous),
  };
}

/** Takes out every hook of ours and what we created around them. */
export function removeHooks(text: string, isOurs: (command: string) => boolean): HookChange {
  const found = findHooks(text, isOurs);
  let edited: string | undefined = text;
  for (const hook of found.toReversed()) if (edited !== undefined) edited = removeHook(edited, hook);
  return { text: edited, added: [], updated: [], removed: unique(found) };
}

interface FoundHook {
  readonly event: string;
  /** Of the hook: `hooks`, event, group, `hooks`, index. */
  readonly path: JsonPath;
  readonly command: string;
  readonly matcher: string;
}

/** In the order of the text. */
function findHooks(text: string, isOurs: (command: string) => boolean): readonly FoundHook[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const hooks = root && nodeAt(root, ['hooks']);
  // An event that stands twice counts once, as it does for the agent.
  const events = new Set((hooks?.children ?? []).map((property) => String(property.children?.[0]?.value)));
  return [...events].flatMap((event) => {
    const groups = hooks && nodeAt(hooks, [event]);
    return (groups?.children ?? []).flatMap((group, groupIndex) =>
      commandsOf(group).flatMap((command, index): readonly FoundHook[] => {
        const path = ['hooks', event, groupIndex, 'hooks', index];
        return isOurs(command) ? [{ event, path, command, matcher: textAt(group, 'matcher') }] : [];
      }),
    );
  });
}

/** Empty text for a hook that runs no command (`prompt`, `http`). */
function commandsOf(group: Node): readonly string[] {
  return (nodeAt(group, ['hooks'])?.children ?? []).map((hook) => textAt(hook, 'command'));
}

function textAt(node: Node, key: string): string {
  const value: unknown = nodeAt(node, [key])?.value;
  return typeof value === 'string' ? value : '';
}

function isRepeated(hook: FoundHook, all: readonly FoundHook[]): boolean {
  return all.find((other) => other.event === hook.event && other.matcher === hook.matcher) !== hook;
}

function addHooks(text: string, events: readonly string[], command: (event: string) => string): string {
  const group = (event: string): object => ({ hooks: [{ type: 'command', command: command(event) }] });
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root || events.length === 0) return text;
  if (!nodeAt(root, ['hooks'])) {
    return addProperty(text, [], 'hooks', Object.fromEntries(events.map((event) => [event, [group(event)]])));
  }
  return events.reduce((edited, event) => {
    const exists = nodeAt(root, ['hooks', event]) !== undefined;
    return exists
      ? addItem(edited, ['hooks', event], group(event))
      : addProperty(edited, ['hooks'], event, [group(event)]);
  }, text);
}

/** A group goes with its last hook: without one it does nothing. */
function removeHook(text: string, hook: FoundHook): string | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const groupPath = hook.path.slice(0, 3);
  const group = root && nodeAt(root, groupPath);
  const alone = group && commandsOf(group).length <= 1;
  return removeAt(text, alone ? groupPath : hook.path);
}

function unique(hooks: readonly FoundHook[]): readonly string[] {
  return [...new Set(hooks.map((hook) => hook.event))];
}
