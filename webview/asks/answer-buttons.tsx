import type { AskAnswer } from '../../core/common/protocol/control.ts';
import type { AskedCall } from '../../core/common/protocol/panel.ts';
import { Icon } from '../icon.tsx';

const ANSWERS: Readonly<Record<AskAnswer, { icon: string; name: string; pending: string }>> = {
  once: { icon: 'check', name: 'Allow once', pending: 'Allowing…' },
  deny: { icon: 'circle-slash', name: 'Deny', pending: 'Denying…' },
  session: { icon: 'check-all', name: 'Allow for this session', pending: 'Allowing…' },
};
const SHOWN = ['once', 'deny', 'session'] as const satisfies readonly AskAnswer[];

interface ButtonsProps {
  readonly ask: AskedCall;
  /** Of a row: icons, for the pointer only. */
  readonly isCompact?: boolean;
  /** Left out where clicks are heard further up, by `data-answer`. */
  readonly onAnswer?: (answer: AskAnswer) => void;
}

/**
 * The answers to a call that waits. A button says that it is done only by going away, when the watcher has said so.
 */
export function AnswerButtons({ ask: { pending }, isCompact = false, onAnswer }: ButtonsProps) {
  return SHOWN.map((answer) => {
    const { icon, name, pending: doing } = ANSWERS[answer];
    const isPending = pending === answer;
    const state = { 'aria-disabled': pending !== null, 'aria-busy': isPending } as const;
    const shown = isPending ? 'loading' : icon;
    return isCompact ? (
      <button
        key={answer}
        type="button"
        class={`action answer-${answer}`}
        tabIndex={-1}
        data-answer={answer}
        title={name}
        {...state}
      >
        <Icon name={shown} label={isPending ? doing : name} />
      </button>
    ) : (
      <button
        key={answer}
        type="button"
        class={`button answer-${answer}${answer === 'once' ? ' primary' : ''}`}
        data-answer={answer}
        onClick={() => pending === null && onAnswer?.(answer)}
        {...state}
      >
        <Icon name={shown} />
        <span>{isPending ? doing : name}</span>
      </button>
    );
  });
}

/** The answer that a click was on; undefined for a click beside them, or when one is under way. */
export function clickedAnswer(event: Event): AskAnswer | undefined {
  const button = (event.target as Element).closest<HTMLElement>('[data-answer]');
  if (!button || button.getAttribute('aria-disabled') === 'true') return undefined;
  return SHOWN.find((answer) => answer === button.dataset['answer']);
}
