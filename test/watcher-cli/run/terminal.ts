import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { waitFor } from '../../../scripts/wait-for.ts';

/** An interactive bash in a terminal of a tmux server of its own (socket beside `cwd`), which ends with the test. */
export interface Terminal {
  /** Types a line and Enter. */
  type(line: string): void;
  /** Presses a key by its tmux name: `C-c`, `C-z`, ... */
  press(key: string): void;
  /** Everything on the screen and above it. */
  screen(): string;
  /** Waits for a line on the screen that is exactly this, blanks at its end aside. */
  line(text: string): Promise<void>;
}

export async function terminal(cwd: string, env: Readonly<Record<string, string>>): Promise<Terminal> {
  const socket = path.join(cwd, '..', 'tmux');
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      cwd,
      env: { ...env, TERM: 'xterm' },
    });
  tmux('new-session', '-d', '-x', '120', '-y', '40', 'exec bash --norc --noprofile -i');
  onTestFinished(() => void tmux('kill-server'));
  const screen = (): string => tmux('capture-pane', '-p', '-J', '-S', '-');
  const type = (line: string): void => {
    tmux('send-keys', '-l', line);
    tmux('send-keys', 'Enter');
  };
  const line = (text: string): Promise<void> =>
    waitFor(`the line "${text}" in:\n${screen()}`, () =>
      screen()
        .split('\n')
        .some((each) => each.trimEnd() === text),
    ).then(() => undefined);
  // Its own prompt, so that a line of output never stands behind one.
  type("PS1='$ '; bind 'set enable-bracketed-paste off'; echo ready");
  await line('ready');
  return { type, press: (key) => void tmux('send-keys', key), screen, line };
}
