import { parse } from 'jsonc-parser';
import { CLAUDE_CODE } from '../../core/common/adapters/claude-code/hook-events.ts';
import { GEMINI_CLI } from '../../core/common/adapters/gemini-cli/chat-parser.ts';
import { asRecord } from '../../core/common/json.ts';
import type { KnownClaude } from './claude-installation.ts';
import type { HookPlace } from './hook-place.ts';
import type { HookChange } from './hook-settings.ts';
import type { JsonExtension } from './settings-check.ts';

/** What was done, for the user. `claude` is undefined when hooks were taken out; `dry` when nothing was written. */
export function setupReport(
  place: HookPlace,
  file: string,
  change: HookChange,
  claude: KnownClaude | undefined,
  dry: boolean,
): string {
  const { added, updated, removed } = change;
  const changed = added.length + updated.length + removed.length > 0;
  const isVersioned = place.events === undefined;
  const lines = claude ? [isVersioned ? foundLine(claude) : place.label] : [];
  if (!changed) {
    lines.push(`${file}: ${claude ? 'the hooks are in place' : 'no hooks of agent-trace'}; nothing to change`);
  } else {
    const emptied = change.text === undefined ? ' (nothing else was in it: removed)' : '';
    lines.push(dry ? `${file} would change, nothing was written` : `${file}${emptied}`);
    if (added.length > 0) lines.push(`  added    ${added.join(', ')}`);
    if (updated.length > 0) lines.push(`  updated  ${updated.join(', ')}`);
    if (removed.length > 0) lines.push(`  removed  ${removed.join(', ')}`);
  }
  if (claude) {
    lines.push('Sessions that start from now on are recorded. Watch them with: agent-trace watch');
    lines.push(...place.notes);
    if (!isVersioned) return `${lines.join('\n')}\n`;
    lines.push(
      claude.version
        ? 'After an upgrade of Claude Code run `agent-trace setup` again: it may know more events.'
        : 'Once Claude Code is installed run `agent-trace setup` again: it will know more events.',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What `--json` prints, see docs/cli.md. */
export function setupResult(
  place: HookPlace,
  file: string,
  { added, updated, removed }: HookChange,
  claude: KnownClaude | undefined,
  warnings: readonly string[],
): object {
  const version = claude?.version?.join('.') ?? null;
  const notes = claude ? place.notes : [];
  const { agent, label } = place;
  return { agent, label, file, added, updated, removed, claude_version: version, warnings, notes };
}

/** Reasons why the hooks would not run although they are there; empty when there are none. */
export function setupWarnings(
  place: HookPlace,
  file: string,
  text: string,
  extension: JsonExtension | undefined,
  hookScript: string,
): readonly string[] {
  const warnings: string[] = [];
  if (extension) {
    warnings.push(
      `${extension.place}: ${place.label} ${place.plainJsonOnly ? 'ignores' : 'may ignore'} a file that is not plain JSON, and this is ${extension.what}. Take it out, or the hooks do not run.`,
    );
  }
  const settings = asRecord(parse(text, [], { allowTrailingComma: true }));
  if (place.agent === CLAUDE_CODE && settings?.['disableAllHooks'] === true) {
    warnings.push(`${file}: "disableAllHooks" is true, so Claude Code runs no hooks at all.`);
  }
  if (place.agent === GEMINI_CLI && asRecord(settings?.['hooksConfig'])?.['enabled'] === false) {
    warnings.push(`${file}: "hooksConfig.enabled" is false, so Gemini CLI runs no hooks at all.`);
  }
  if (/[/\\]_npx[/\\]/.test(hookScript)) {
    warnings.push(
      `${hookScript} lies in the cache of npx, which npm empties. Install agent-trace (npm install --global agent-trace) and run setup again.`,
    );
  }
  return warnings;
}

function foundLine({ version, executable }: KnownClaude): string {
  if (!version) {
    return 'Claude Code was not found on PATH: only events that every 2.x knows are installed (--claude-version X.Y.Z names another one)';
  }
  return `Claude Code ${version.join('.')} (${executable ?? 'as given by --claude-version'})`;
}
