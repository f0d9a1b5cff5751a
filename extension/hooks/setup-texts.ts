import { CLAUDE_CODE } from '../../core/common/adapters/claude-code/hook-events.ts';
import type { SetupResult } from './run-setup.ts';

/** What to tell the user of a set-up: some sentences. `name` gives a file as people write it. */
export function setUpText(results: readonly SetupResult[], name: (file: string) => string): string {
  const what = results.map(({ file, ...result }) => {
    const changes = [
      changed(result.added, 'added to'),
      changed(result.updated, 'updated in'),
      changed(result.removed, 'removed from'),
    ];
    const done = changes.filter((text) => text !== undefined);
    return done.length > 0
      ? `${done.join(', ')} ${name(file)}.`
      : `the hooks are in place in ${name(file)}; nothing was changed.`;
  });
  const isGuessed = results.some(({ agent, claudeVersion }) => agent === CLAUDE_CODE && claudeVersion === undefined);
  return [
    ...what,
    `Sessions of ${listed(results.map(({ label }) => label))} that start from now on are recorded.`,
    ...(isGuessed
      ? [
          'Claude Code was not found, so only events that every 2.x knows are recorded: set up the hooks again once it is installed.',
        ]
      : []),
    ...results.flatMap(({ notes }) => notes),
  ].join(' ');
}

/** The same of a removal. */
export function removedText(results: readonly SetupResult[], name: (file: string) => string): string {
  const what = results.map(({ removed, file }) => {
    const hooks = changed(removed, 'removed from');
    return hooks ? `${hooks} ${name(file)}.` : `there are no hooks of Agent Trace in ${name(file)}.`;
  });
  return what.join(' ');
}

/** Every event by its name, for the log. */
export function changeLines({ file, added, updated, removed }: SetupResult): readonly string[] {
  const line = (what: string, events: readonly string[]) =>
    events.length > 0 ? [`  ${what} ${events.join(', ')}`] : [];
  const lines = [...line('added', added), ...line('updated', updated), ...line('removed', removed)];
  return [`hooks in ${file}${lines.length === 0 ? ': nothing changed' : ''}`, ...lines];
}

/** A failure for a notification, which has no lines: without the ones that quote the settings. */
export function failureText(failure: string): string {
  return failure
    .split('\n')
    .filter((line) => !line.startsWith('  '))
    .join(' ');
}

/** `a, b and c`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function changed(events: readonly string[], how: string): string | undefined {
  return events.length === 0 ? undefined : `${events.length} ${events.length === 1 ? 'hook' : 'hooks'} ${how}`;
}
