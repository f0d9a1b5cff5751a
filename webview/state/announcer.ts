import { signal } from '@preact/signals';
import type { PanelHeader } from '../../core/common/protocol/panel.ts';
import type { SessionPhase } from '../../core/common/session/session-summary.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';

const PHASE_NEWS: Readonly<Record<SessionPhase, string>> = {
  active: 'The agent goes on.',
  waiting: 'The agent needs you.',
  paused: 'The agent is paused.',
  completed: 'The session is completed.',
  interrupted: 'The agent is gone: the session was interrupted.',
};

/** Errors come in bursts; milliseconds between two sentences about them. */
const ERRORS_EVERY_MS = 15_000;

/** What a screen reader says by itself: calls that wait, phases that changed, and errors now and then. */
export class Announcer {
  readonly text = signal('');
  private before: PanelHeader | null = null;
  private errorsTold = 0;
  private errorsToldAt = Number.NEGATIVE_INFINITY;

  /** `now` is milliseconds of any clock. */
  update(header: PanelHeader | null, now: number): void {
    const before = this.before;
    this.before = header;
    if (!header) return;
    const asked = header.asked.find(({ id }) => !before?.asked.some((known) => known.id === id));
    if (asked) {
      this.text.value = `A call waits for your answer: ${sanitize(asked.call || asked.reason)}`;
      return;
    }
    if (header.readShare < 1) return;
    if (before?.sessionId !== header.sessionId || before.readShare < 1) {
      this.errorsTold = header.errors;
      this.text.value = header.phase === 'waiting' ? PHASE_NEWS.waiting : '';
      return;
    }
    if (before.phase !== header.phase) {
      this.text.value = PHASE_NEWS[header.phase];
    } else if (header.errors > this.errorsTold && now - this.errorsToldAt >= ERRORS_EVERY_MS) {
      const count = header.errors - this.errorsTold;
      this.errorsTold = header.errors;
      this.errorsToldAt = now;
      this.text.value = count === 1 ? 'A call failed.' : `${count} calls failed.`;
    }
  }
}
