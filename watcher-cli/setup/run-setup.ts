import { existsSync } from 'node:fs';
import { parse } from 'jsonc-parser';
import {
  installedHookEvents,
  parseClaudeCodeVersion,
} from '../../core/common/adapters/claude-code/hook-event-versions.ts';
import { hookPatience } from '../../core/common/adapters/hook-patience.ts';
import { asciiJson, asRecord } from '../../core/common/json.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { findNode } from '../../core/node/hook-launcher/find-node.ts';
import { type LauncherPlace, launcherFile, registerInstallation } from '../../core/node/hook-launcher/hook-launcher.ts';
import { redactPattern } from '../hook/redact-pattern.ts';
import { listAgent, listedText } from './agent-list.ts';
import { findClaude, type KnownClaude } from './claude-installation.ts';
import { callsLauncher, type HookProgram, hookCommand, isOurs } from './hook-command.ts';
import { type HookPlace, hookPlaces, hooksFile } from './hook-place.ts';
import { countHooks, type HookChange, installHooks, removeHooks } from './hook-settings.ts';
import { checkSettings } from './settings-check.ts';
import { readSettings, removeSettings, type SettingsFile, writeSettings } from './settings-file.ts';
import { setupReport, setupResult, setupWarnings } from './setup-report.ts';

export interface SetupOptions {
  /** Whose hooks: `claude-code` (the default), `codex`, `gemini`, `cursor`, `copilot`, several of them with commas between, or `all`. */
  readonly agent?: string | undefined;
  /** The user's settings (`~/.claude/settings.json`, `~/.codex/hooks.json`, ...), not the workspace's. */
  readonly global?: boolean | undefined;
  /** Prints the hooks as they would be, as JSON on stdout, and writes nothing. */
  readonly print?: boolean | undefined;
  /** Takes our hooks out instead of putting them in. */
  readonly remove?: boolean | undefined;
  /** Lists the agents, and whether they have our hooks; changes nothing. */
  readonly list?: boolean | undefined;
  /**
   * The hooks call the launcher in the user's own folder, and this installation is entered there. Hooks that call it
   * already go on to do so, whether asked for or not.
   */
  readonly launcher?: boolean | undefined;
  /** What was done as a JSON object for each agent on stdout, a line each, instead of text; not together with `print`. */
  readonly json?: boolean | undefined;
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
  /** Absolute path of the Node that is to run the hooks, or of the editor that is Node for us. */
  readonly node: string;
  /** Of agent-trace, `X.Y.Z`. */
  readonly version: string;
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
 * `agent-trace setup`: makes agents call our recorder, or no longer. Gives the exit code. Throws AgentTraceError:
 * `bad-settings` (the file is broken or cannot be read or written; it is left as it was), `usage` (an impossible
 * option), `refused` (nothing that could be installed, or the launcher's folder is not safe), `failed` (the launcher
 * cannot be written).
 */
export async function runSetup(options: SetupOptions, env: SetupEnvironment, io: SetupOutput): Promise<number> {
  const asked = options.agent ?? (options.list ? 'all' : 'claude-code');
  const places = hookPlaces(asked);
  if (!places) {
    throw new AgentTraceError('usage', `--agent ${asked} is not known; there are ${AGENT_NAMES}`);
  }
  if (options.print && places.length > 1) {
    throw new AgentTraceError('usage', '--print shows the hooks of one agent; name it instead of all');
  }
  if (options.list) {
    for (const place of places) {
      const listed = await listAgent(place, options.global === true, env);
      io.stdout.write(options.json ? `${asciiJson(listed)}\n` : listedText(listed));
    }
    return 0;
  }
  // All are read before the first is written: a mistake in one file leaves every other as it was.
  const changes = [];
  for (const place of places) changes.push(await prepare(place, options, env));
  for (const change of changes) await finish(change, options, env, io);
  return 0;
}

const AGENT_NAMES = 'claude-code, codex, gemini, cursor, copilot and all';

/** What is to be done with one agent's file. */
interface Prepared {
  readonly place: HookPlace;
  readonly settings: SettingsFile;
  readonly change: HookChange;
  readonly launcher: string | undefined;
  readonly warnings: readonly string[];
  /** Undefined when hooks are taken out. */
  readonly claude: KnownClaude | undefined;
}

async function prepare(place: HookPlace, options: SetupOptions, env: SetupEnvironment): Promise<Prepared> {
  const { shape, plainJsonOnly } = place;
  const settings = await readSettings(hooksFile(place, env, options.global === true));
  // A file of blanks is edited as an empty object.
  const text = settings.text?.trim() ? settings.text : `{}${settings.text ?? '\n'}`;
  const extension = checkSettings(settings.file, text, shape);
  const claude = options.remove ? undefined : await installed(place, options, env);
  const isLaunched = options.launcher || countHooks(text, callsLauncher, shape) > 0;
  const launcher = claude && isLaunched ? launcherFile(launcherPlace(env)) : undefined;
  const change = claude
    ? install(text, place, claude, launcher, options, env)
    : removeHooks(text, (command) => isOurs(command, env.hookScript), shape);
  const seen = plainJsonOnly === false ? undefined : extension;
  const warnings = claude ? setupWarnings(place, settings.file, text, seen, env.hookScript) : [];
  return { place, settings, change, launcher, warnings, claude };
}

async function finish(
  { place, settings, change, launcher, warnings, claude }: Prepared,
  options: SetupOptions,
  env: SetupEnvironment,
  io: SetupOutput,
): Promise<void> {
  if (options.print) {
    io.stdout.write(printed(change));
  } else {
    // First what the hooks call, then the hooks.
    if (launcher !== undefined) await register(env);
    await store(settings, change);
  }
  if (options.json) {
    io.stdout.write(`${asciiJson(setupResult(place, settings.file, change, claude, warnings))}\n`);
    return;
  }
  const messages = options.print ? io.stderr : io.stdout;
  messages.write(setupReport(place, settings.file, change, claude, options.print === true));
  for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
}

function launcherPlace({ home, platform = process.platform }: SetupEnvironment): LauncherPlace {
  return { home, platform };
}

async function register(env: SetupEnvironment): Promise<void> {
  const node = await findNode({ ...launcherPlace(env), env: env.env, workspaces: [env.cwd] });
  registerInstallation(launcherPlace(env), { version: env.version, hook: env.hookScript, runtime: env.node }, node);
}

/** Only Claude Code's version decides on something. */
async function installed(place: HookPlace, options: SetupOptions, env: SetupEnvironment): Promise<KnownClaude> {
  return place.events ? { version: undefined, executable: undefined } : knownClaude(options, env);
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

function install(
  text: string,
  place: HookPlace,
  claude: KnownClaude,
  launcher: string | undefined,
  options: SetupOptions,
  env: SetupEnvironment,
): HookChange {
  if (!existsSync(env.hookScript)) {
    throw new AgentTraceError(
      'refused',
      `there is no recorder at ${env.hookScript}; install agent-trace again (in a checkout: npm run build)`,
    );
  }
  const events = place.events ?? installedHookEvents(claude.version);
  if (events.length === 0) {
    throw new AgentTraceError(
      'refused',
      `Claude Code ${claude.version?.join('.')} has no hooks to record with; upgrade it and set up the hooks again`,
    );
  }
  const program: HookProgram = {
    agent: place.events ? place.agent : undefined,
    target: launcher === undefined ? { node: env.node, hookScript: env.hookScript } : { launcher },
    platform: env.platform ?? process.platform,
    redact: options.redact ?? true,
    redactPatterns: (options.redactPattern ?? []).map(checkedPattern),
  };
  const patience = hookPatience(place.agent);
  return installHooks(text, {
    shape: place.shape,
    events,
    command: (event) => hookCommand(program, event, event === patience?.event),
    timeout: (event) => (event === patience?.event ? patience.timeout : undefined),
    isOurs: (command) => isOurs(command, env.hookScript),
    // Hooks that were installed for a known version are not given up because it cannot be found at the moment.
    removeOthers: place.events !== undefined || claude.version !== undefined,
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
