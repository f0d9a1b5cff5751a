import { type Node, parseTree } from 'jsonc-parser';
import { addItem, addProperty, type JsonPath, nodeAt, removeAt, replaceScalar } from './json-edit.ts';

/**
 * `grouped`: each event has groups of hooks (Claude Code, Codex, Gemini CLI). `flat`: each event has hooks, and the file a
 * `version` (Cursor, Copilot CLI).
 */
export type HookShape = 'grouped' | 'flat';

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
  readonly shape?: HookShape;
  readonly events: readonly string[];
  readonly command: (event: string) => string;
  /** Seconds the agent is to wait for an event's hook; undefined for what it does by itself. */
  readonly timeout?: (event: string) => number | undefined;
  readonly isOurs: (command: string) => boolean;
  /** Whether hooks of ours for other events are removed. */
  readonly removeOthers: boolean;
}

/**
 * Makes our hooks in a settings text be those wanted; everything else stays as it is, byte for byte. The text must have
 * passed `checkSettings`.
 */
export function installHooks(text: string, wanted: WantedHooks): HookChange {
  const { shape = 'grouped' } = wanted;
  const found = findHooks(text, wanted.isOurs, shape);
  const added = wanted.events.filter((event) => !found.some((hook) => hook.event === event));
  const stale = found.filter(
    (hook) =>
      wanted.events.includes(hook.event) &&
      (hook.command !== wanted.command(hook.event) || (wanted.timeout?.(hook.event) ?? hook.timeout) !== hook.timeout),
  );
  const superfluous = found.filter((hook) =>
    wanted.events.includes(hook.event) ? isRepeated(hook, found) : wanted.removeOthers,
  );
  let edited = text;
  for (const hook of stale) {
    const timeout = wanted.timeout?.(hook.event);
    edited = replaceScalar(edited, hook.path.concat('command'), wanted.command(hook.event));
    if (timeout === undefined || timeout === hook.timeout) continue;
    edited =
      hook.timeout === undefined
        ? addProperty(edited, hook.path, 'timeout', timeout)
        : replaceScalar(edited, hook.path.concat('timeout'), timeout);
  }
  edited = addHooks(edited, added, wanted);
  if (shape === 'flat') edited = withVersion(edited);
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
export function removeHooks(
  text: string,
  isOurs: (command: string) => boolean,
  shape: HookShape = 'grouped',
): HookChange {
  const found = findHooks(text, isOurs, shape);
  const removed = unique(found);
  const unversioned = shape === 'flat' && found.length > 0 ? withoutOurVersion(text, found.length) : text;
  const edited = withoutHooks(unversioned, found);
  // Hooks that were there before us stay, though empty: then the version was, too.
  const isKept = unversioned !== text && edited !== undefined && /"hooks"/.test(edited);
  return { text: isKept ? withoutHooks(text, found) : edited, added: [], updated: [], removed };
}

function withoutHooks(text: string, found: readonly FoundHook[]): string | undefined {
  let edited: string | undefined = text;
  for (const hook of found.toReversed()) if (edited !== undefined) edited = removeHook(edited, hook);
  return edited;
}

/** How many of the hooks in a settings text run such a command. The text must have passed `checkSettings`. */
export function countHooks(text: string, matches: (command: string) => boolean, shape: HookShape): number {
  return findHooks(text, matches, shape).length;
}

interface FoundHook {
  readonly event: string;
  /** Of the hook: `hooks`, event, group, `hooks`, index; in a flat file `hooks`, event, index. */
  readonly path: JsonPath;
  readonly command: string;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly matcher: string;
}

/** In the order of the text. */
function findHooks(text: string, isOurs: (command: string) => boolean, shape: HookShape): readonly FoundHook[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const hooks = root && nodeAt(root, ['hooks']);
  // An event that stands twice counts once, as it does for the agent.
  const events = new Set((hooks?.children ?? []).map((property) => String(property.children?.[0]?.value)));
  return [...events].flatMap((event) => {
    const groups = hooks && nodeAt(hooks, [event]);
    if (shape === 'flat') {
      return (groups?.children ?? []).flatMap((hook, index): readonly FoundHook[] => {
        const command = textAt(hook, 'command');
        const path = ['hooks', event, index];
        return isOurs(command)
          ? [{ event, path, command, timeout: timeoutOf(hook), matcher: textAt(hook, 'matcher') }]
          : [];
      });
    }
    return (groups?.children ?? []).flatMap((group, groupIndex) =>
      commandsOf(group).flatMap((command, index): readonly FoundHook[] => {
        const path = ['hooks', event, groupIndex, 'hooks', index];
        if (!isOurs(command)) return [];
        const hook = nodeAt(group, ['hooks', index]);
        return [{ event, path, command, timeout: hook && timeoutOf(hook), matcher: textAt(group, 'matcher') }];
      }),
    );
  });
}

/** Empty text for a hook that runs no command (`prompt`, `http`). */
function commandsOf(group: Node): readonly string[] {
  return (nodeAt(group, ['hooks'])?.children ?? []).map((hook) => textAt(hook, 'command'));
}

function timeoutOf(hook: Node): number | undefined {
  const timeout: unknown = nodeAt(hook, ['timeout'])?.value;
  return typeof timeout === 'number' ? timeout : undefined;
}

function textAt(node: Node, key: string): string {
  const value: unknown = nodeAt(node, [key])?.value;
  return typeof value === 'string' ? value : '';
}

function isRepeated(hook: FoundHook, all: readonly FoundHook[]): boolean {
  return all.find((other) => other.event === hook.event && other.matcher === hook.matcher) !== hook;
}

function addHooks(
  text: string,
  events: readonly string[],
  { command, timeout, shape = 'grouped' }: WantedHooks,
): string {
  const group = (event: string): object =>
    shape === 'flat'
      ? { command: command(event), timeout: timeout?.(event) }
      : { hooks: [{ type: 'command', command: command(event), timeout: timeout?.(event) }] };
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

/** Both want the version of their format; behind our hooks, so that it is known to be ours. */
function withVersion(text: string): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root && !nodeAt(root, ['version']) ? addProperty(text, [], 'version', 1) : text;
}

/** Without the version that we wrote, when it would be left with nothing. `ours`: how many hooks of ours there are. */
function withoutOurVersion(text: string, ours: number): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const names = (root?.children ?? []).map((property) => property.children?.[0]?.value);
  const events = (root && nodeAt(root, ['hooks']))?.children ?? [];
  const all = events.reduce((count, property) => count + (property.children?.[1]?.children?.length ?? 0), 0);
  const isOurs = names.length === 2 && names[0] === 'hooks' && names[1] === 'version' && all === ours;
  return (isOurs ? removeAt(text, ['version']) : undefined) ?? text;
}

/** A group goes with its last hook: without one it does nothing. */
function removeHook(text: string, hook: FoundHook): string | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (hook.path.length === 3) return removeAt(text, hook.path);
  const groupPath = hook.path.slice(0, 3);
  const group = root && nodeAt(root, groupPath);
  const alone = group && commandsOf(group).length <= 1;
  return removeAt(text, alone ? groupPath : hook.path);
}

function unique(hooks: readonly FoundHook[]): readonly string[] {
  return [...new Set(hooks.map((hook) => hook.event))];
}
