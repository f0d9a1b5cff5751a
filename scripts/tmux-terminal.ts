import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  /** For a shell. */
  readonly command: string;
}

/** A real terminal: one window of a tmux server of its own. */
export class TmuxTerminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'at-tmux-'));
  private readonly socket = join(this.folder, 'tmux');

  constructor({ columns, rows, command }: TmuxOptions) {
    const size = ['-x', String(columns), '-y', String(rows)];
    // The shell stays, so that the window outlives the command.
    const shell = `${command}; printf 'prompt>'; exec sleep 600`;
    this.tmux('-f', '/dev/null', 'new-session', '-d', ...size, 'sh', '-c', shell);
  }

  /** Rows of the screen, without the empty ones at its end. */
  get screen(): readonly string[] {
    return lines(this.tmux('capture-pane', '-p'));
  }

  /** Scrollback and screen; lines that were wrapped are joined. */
  get all(): readonly string[] {
    return lines(this.tmux('capture-pane', '-p', '-J', '-S', '-'));
  }

  /** The screen with its colours, as escape sequences. */
  get colored(): string {
    return this.tmux('capture-pane', '-p', '-e');
  }

  /** A format of tmux: `cursor_flag`, `wrap_flag`, `pane_title`, ... */
  value(name: string): string {
    return this.tmux('display', '-p', `#{${name}}`).trim();
  }

  resize(columns: number, rows: number): void {
    this.tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  press(...keys: readonly string[]): void {
    this.tmux('send-keys', ...keys);
  }

  /** Ends the window and what runs in it. */
  dispose(): void {
    this.tmux('kill-server');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-S', this.socket, ...args], { encoding: 'utf8' });
  }
}

function lines(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
