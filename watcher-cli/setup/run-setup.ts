import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import {
  parseClaudeCodeVersion,
  recordedHookEvents,
} from '../../core/common/adapters/claude-code/hook-event-versions.ts';
import { asRecord } from '../../core/common/json.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { redactPattern } from '../hook/redact-pattern.ts';
import { findClaude, type KnownClaude } from './claude-installation.ts';
import { type HookProgram, hookCommand, isOurs } from './hook-command.ts';
import { type HookChange, installHooks, removeHooks } from './hook-settings.ts';
import { checkSettings } from './settings-check.ts';
import { readSettings, removeSettings, type SettingsFile, writeSettings } from './settings-file.ts';
import { setupReport, setupWarnings } from './setup-report.ts';

export interface SetupOptions {
  /** The user's settings (`$CLAUDE_CONFIG_DIR/settings.json`, else `~/.claude/settings.json`), not the workspace's. */
  readonly global?: boolean | undefined;
  /** Prints the hooks as they would be, as JSON on stdout, and writes nothing. */
  readonly print?: boolean | undefined;
  /** Takes our hooks out instead of putting them in. */
  readonly remove?: boolean | undefined;
  /** `X.Y.Z`; used instead of asking the installed Claude Code. */
  readonly claudeVersion?: string | undefined;
  /** False has the hooks write secrets as they are. */
  readonly redact?: boolean | undefined;
  /** Regular expressions of further secrets. */
  readonly redactPattern?: readonly string[] | undefined;
}

export interface SetupEnvironment {
  /** The workspace. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** Absolute path of the Node that is to run the hooks. */
  readonly node: string;
  /** Absolute path of `dist/hook.cjs`. */
  readonly hookScript: string;
  /** This system's by default. */
  readonly platform?: NodeJS.Platform | undefined;
}

export interface SetupOutput {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * `agent-trace setup`: makes Claude Code call our recorder, or no longer. Gives the exit code. Throws AgentTraceError:
 * `bad-settings` (the file is broken or cannot be read or written; it is left as it was), `usage` (an impossible
 * option), `refused` (nothing that could be installed).
 */
export async function runSetup(options: SetupOptions, env: SetupEnvironment, io: SetupOutput): Promise<number> {
  const settings = await readSettings(settingsFile(options, env));
  // A file of blanks is edited as an empty object.
  const text = settings.text?.trim() ? settings.text : `{}${settings.text ?? '\n'}`;
  const extension = checkSettings(settings.file, text);
  const claude = options.remove ? undefined : await knownClaude(options, env);
  const change = claude
    ? install(text, claude, options, env)
    : removeHooks(text, (command) => isOurs(command, env.hookScript));
  if (options.print) io.stdout.write(printed(change));
  else await store(settings, change);
  const messages = options.print ? io.stderr : io.stdout;
  messages.write(setupReport(settings.file, change, claude, options.print === true));
  if (claude) io.stderr.write(setupWarnings(settings.file, text, extension, env.hookScript));
  return 0;
}

function settingsFile(options: SetupOptions, { cwd, env, home }: SetupEnvironment): string {
  if (!options.global) return path.join(cwd, '.claude', 'settings.json');
  return path.join(path.resolve(cwd, env['CLAUDE_CONFIG_DIR'] || path.join(home, '.claude')), 'settings.json');
}

async function knownClaude(options: SetupOptions, env: SetupEnvironment): Promise<KnownClaude> {
  const asked = options.claudeVersion;
  if (asked === undefined) {
    return findClaude({ env: env.env, home: env.home, platform: env.platform ?? process.platform });
  }
  const version = parseClaudeCodeVersion(asked);
  if (version) return { version, executable: undefined };
  throw new AgentTraceError(
    'usage',
    `--claude-version ${asked} is no version; write it as in --claude-version 2.1.197`,
  );
}

function install(text: string, claude: KnownClaude, options: SetupOptions, env: SetupEnvironment): HookChange {
  if (!existsSync(env.hookScript)) {
    throw new AgentTraceError(
      'refused',
      `there is no recorder at ${env.hookScript}; install agent-trace again (in a checkout: npm run build)`,
    );
  }
  const events = recordedHookEvents(claude.version);
  if (events.length === 0) {
    throw new AgentTraceError(
      'refused',
      `Claude Code ${claude.version?.join('.')} has no hooks to record with; upgrade it and run \`agent-trace setup\` again`,
    );
  }
  const program: HookProgram = {
    node: env.node,
    hookScript: env.hookScript,
    platform: env.platform ?? process.platform,
    redact: options.redact ?? true,
    redactPatterns: (options.redactPattern ?? []).map(checkedPattern),
  };
  return installHooks(text, {
    events,
    command: (event) => hookCommand(program, event),
    isOurs: (command) => isOurs(command, env.hookScript),
    // Hooks that were installed for a known version are not given up because it cannot be found at the moment.
    removeOthers: claude.version !== undefined,
  });
}

function checkedPattern(pattern: string): string {
  redactPattern(pattern);
  return pattern;
}

async function store(settings: SettingsFile, change: HookChange): Promise<void> {
  if (change.added.length + change.updated.length + change.removed.length === 0) return;
  if (change.text === undefined) return removeSettings(settings);
  // A file of our own is laid out as people do it; in an existing one the layout tells what was there before.
  const text = settings.text === undefined ? `${JSON.stringify(parse(change.text), null, 2)}\n` : change.text;
  await writeSettings(settings, text);
}

function printed(change: HookChange): string {
  const settings = asRecord(parse(change.text ?? '{}', [], { allowTrailingComma: true }));
  return `${JSON.stringify({ hooks: settings?.['hooks'] ?? {} }, null, 2)}\n`;
}
