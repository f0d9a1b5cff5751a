import type { Ask, AskAnswer } from '../../core/common/protocol/control.ts';

export interface AskPromptParts {
  /** The terminal that the user types on; undefined when there is none. */
  readonly keyboard: NodeJS.ReadStream | undefined;
  readonly say: (text: string) => void;
  readonly answer: (ask: string, answer: AskAnswer) => void;
}

const KEYS: Readonly<Record<string, AskAnswer>> = { a: 'once', s: 'session', d: 'deny' };
const CTRL_C = '\u0003';

/** Asks the user of a terminal about held calls, the oldest first, by single keys. Types are not echoed meanwhile. */
export class AskPrompt {
  private readonly parts: AskPromptParts;
  private asked: Ask | undefined;
  private readonly onKeys = (keys: Buffer): void => this.press(keys.toString());

  constructor(parts: AskPromptParts) {
    this.parts = parts;
  }

  /** `waiting`: the oldest first. */
  show(waiting: readonly Ask[]): void {
    const [next] = waiting;
    if (next?.id === this.asked?.id) return;
    this.asked = next;
    const { keyboard, say } = this.parts;
    if (next) {
      const keys = 'press a to allow it once, s for this session, d to deny it';
      const how = keyboard ? keys : `answer with \`agent-trace answer once|session|deny\``;
      say(`may the call run? (rule ${next.rule}: ${next.message}) ${how}`);
    }
    this.listen(next !== undefined);
  }

  close(): void {
    this.asked = undefined;
    this.listen(false);
  }

  private listen(on: boolean): void {
    const { keyboard } = this.parts;
    if (!keyboard) return;
    keyboard.off('data', this.onKeys);
    keyboard.setRawMode(on);
    if (on) keyboard.on('data', this.onKeys).resume();
    else keyboard.pause();
  }

  private press(keys: string): void {
    // Without raw mode the terminal itself would send the signal.
    if (keys.includes(CTRL_C)) process.kill(process.pid, 'SIGINT');
    const answer = KEYS[keys.toLowerCase()];
    if (answer && this.asked) this.parts.answer(this.asked.id, answer);
  }
}
