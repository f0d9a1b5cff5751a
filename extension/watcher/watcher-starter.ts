import { type ChildProcess, spawn } from 'node:child_process';
import { EXIT_CODES } from '../../core/node/agent-trace-error.ts';
import type { BundledCli } from '../bundled-cli.ts';

/** Where the watcher that this window starts stands. */
export type StarterState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'running'; readonly pid: number }
  /** It ended without being asked to, and is started again in a moment. */
  | { readonly kind: 'restarting'; readonly message: string }
  /** The rules have a mistake, so nothing is guarded; `message` has file, line and remedy. */
  | { readonly kind: 'bad-rules'; readonly message: string }
  /** It ended too often; only the user starts it again. */
  | { readonly kind: 'failed'; readonly message: string };

export interface WatcherStarterOptions {
  /** Path of the workspace folder that holds the store. */
  readonly folder: string;
  readonly launch: BundledCli;
  /** Whether it is to follow sessions without hooks; asked at each start. */
  readonly followNative: () => boolean;
  /** Asked before each new attempt after a failure. */
  readonly isWanted: () => boolean;
  readonly onChange: (state: StarterState) => void;
  /** A line that the watcher printed. */
  readonly onOutput: (line: string) => void;
  /** Milliseconds before each new attempt. */
  readonly delaysMs?: readonly number[];
}

const DELAYS_MS = [1000, 2000, 4000, 8000, 16_000];
/** A watcher that ran for so long counts as a good one, whatever ended it. */
const SETTLED_MS = 60_000;
/** Of what it printed: enough for the mistakes of a rule file. */
const KEPT_OUTPUT_CHARACTERS = 8000;
const STOP_MS = 5000;

/**
 * Runs the bundled watcher of one workspace folder. It ends with this program, however that ends: its standard input is
 * a pipe from here, and it was told to end with it.
 */
export class WatcherStarter {
  private readonly options: WatcherStarterOptions;
  private now: StarterState = { kind: 'stopped' };
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;

  constructor(options: WatcherStarterOptions) {
    this.options = options;
  }

  get state(): StarterState {
    return this.now;
  }

  /** Starts it unless it runs, is about to, or cannot: what failed is not tried again at every occasion. */
  ensure(): void {
    if (this.now.kind === 'stopped') this.launch();
  }

  /** Starts it at the user's wish, whatever came of earlier attempts. */
  start(): void {
    this.failures = 0;
    if (!this.child) this.launch();
  }

  /** Starts it again when its rules were what kept it from running. */
  rulesChanged(): void {
    if (this.now.kind === 'bad-rules' && this.options.isWanted()) this.launch();
  }

  /** Hands it a line; without one that runs nothing happens. */
  tell(line: string): void {
    this.child?.stdin?.write(line);
  }

  /** Resolves when it has ended. Sessions that are paused stay paused. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.failures = 0;
    const { child } = this;
    this.child = undefined;
    this.become({ kind: 'stopped' });
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGTERM'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }

  private launch(): void {
    clearTimeout(this.timer);
    const { launch, folder, onOutput } = this.options;
    const native = this.options.followNative() ? '--follow-native' : '--no-follow-native';
    const startedAt = performance.now();
    const child = spawn(launch.runtime, [launch.script, 'watch', '--json', '--until-stdin-ends', native], {
      cwd: folder,
      env: launch.env,
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    });
    this.child = child;
    let printed = '';
    let line = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-KEPT_OUTPUT_CHARACTERS);
      const lines = `${line}${text}`.split('\n');
      line = lines.pop()?.slice(-KEPT_OUTPUT_CHARACTERS) ?? '';
      for (const each of lines) onOutput(each);
    });
    // A watcher that is gone does not take our end of its input.
    child.stdin?.on('error', () => {});
    child.once('error', (error) => this.end(child, { message: error.message, code: null, ranMs: 0 }));
    child.once('close', (code, signal) => {
      const ranMs = performance.now() - startedAt;
      this.end(child, { message: signal ? `it was ended by ${signal}` : reason(printed, code), code, ranMs });
    });
    if (child.pid !== undefined) this.become({ kind: 'running', pid: child.pid });
  }

  private end(child: ChildProcess, how: { message: string; code: number | null; ranMs: number }): void {
    // One that was stopped, or whose end has been told by an error.
    if (this.child !== child) return;
    this.child = undefined;
    const { message } = how;
    if (how.code === EXIT_CODES['bad-rules']) {
      this.become({ kind: 'bad-rules', message });
      return;
    }
    if (how.ranMs >= SETTLED_MS) this.failures = 0;
    const delay = (this.options.delaysMs ?? DELAYS_MS)[this.failures];
    if (delay === undefined) {
      this.become({ kind: 'failed', message });
      return;
    }
    this.failures += 1;
    this.become({ kind: 'restarting', message });
    this.timer = setTimeout(() => {
      if (this.options.isWanted()) this.launch();
      else this.become({ kind: 'stopped' });
    }, delay);
  }

  private become(state: StarterState): void {
    if (state.kind === 'stopped' && this.now.kind === 'stopped') return;
    this.now = state;
    this.options.onChange(state);
  }
}

/** The mistakes of the rules as a whole, else the last line that is no part of a stack. */
function reason(printed: string, code: number | null): string {
  const text = printed.replaceAll(/^agent-trace: /gm, '').trimEnd();
  if (code === EXIT_CODES['bad-rules']) return text;
  const line = text.split('\n').findLast((each) => /^\S/.test(each));
  return line === undefined ? `it ended with exit code ${code}` : `${line} (exit code ${code})`;
}
