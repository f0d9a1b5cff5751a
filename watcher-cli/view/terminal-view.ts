import type { SessionLine } from '../../core/common/view/session-line.ts';
import type { StreamLine } from '../../core/common/view/stream-line.ts';
import { type Environment, painter, wantsColors } from './colors.ts';
import { PlainView } from './plain-view.ts';
import { ScreenView } from './screen-view.ts';
import type { View, ViewOutput } from './view.ts';

export interface TerminalViewOptions {
  /** Best an `unblockedOutput`: a terminal stopped with Ctrl-S must not stop the watcher. */
  readonly output: ViewOutput;
  readonly env: Environment;
  /** Unix seconds. */
  readonly now: () => number;
}

/**
 * What `watch` shows to people: live lines above a stream of events on a terminal, plain lines anywhere else. Whatever
 * strings it is given, no control character of theirs reaches the output.
 */
export class TerminalView implements View {
  private readonly view: View;

  constructor({ output, env, now }: TerminalViewOptions) {
    const isTerminal = output.isTTY === true;
    const paint = painter(wantsColors(env, isTerminal));
    this.view =
      isTerminal && env['TERM'] !== 'dumb'
        ? new ScreenView({ output, paint, now, reflows: reflows(env) })
        : new PlainView({ output, paint, now });
  }

  update(sessions: readonly SessionLine[]): void {
    this.view.update(sessions);
  }

  print(line: StreamLine): void {
    this.view.print(line);
  }

  close(): Promise<void> {
    return this.view.close();
  }
}

/** All but a few terminals wrap their lines anew when they get narrower; these cut them. */
function reflows(env: Environment): boolean {
  const term = env['TERM'] ?? '';
  const isScreen = term.startsWith('screen') && env['TMUX'] === undefined;
  return term !== 'linux' && env['XTERM_VERSION'] === undefined && !isScreen;
}
