import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AskedCall } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { formatElapsed } from '../stream/row-words.ts';
import { AnswerButtons } from './answer-buttons.tsx';

/** The calls that wait for the user, above all else: nothing goes on before they are answered. */
export function Asks({ panel, asked }: { readonly panel: PanelState; readonly asked: readonly AskedCall[] }) {
  const element = useRef<HTMLElement>(null);
  useFocusKept(element, asked);
  if (asked.length === 0) return null;
  return (
    <section ref={element} class="asks" aria-label="Calls that wait for your answer">
      {asked.map((ask) => (
        <Ask key={ask.id} panel={panel} ask={ask} />
      ))}
    </section>
  );
}

function Ask({ panel, ask }: { readonly panel: PanelState; readonly ask: AskedCall }) {
  const { id, rule, call, reason } = ask;
  const name = sanitize(call || reason);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line.
    <div class="ask" role="group" aria-label={`${name}, asked by rule ${sanitize(rule)}`}>
      <p class="ask-call">
        <Icon name="question" />
        <span title={name}>{name}</span>
      </p>
      <p class="ask-why">
        <span class="ask-rule">Rule {sanitize(rule)}</span> asks{call === '' ? '' : `: ${sanitize(reason)}`}
      </p>
      <div class="ask-answers">
        <AnswerButtons ask={ask} onAnswer={(answer) => panel.post({ type: 'answer', id, answer })} />
        <TimeLeft panel={panel} ask={ask} />
      </div>
    </div>
  );
}

function TimeLeft({ panel, ask: { until } }: { readonly panel: PanelState; readonly ask: AskedCall }) {
  const left = until - panel.clock.now.value;
  return <span class="ask-left">{left > 0 ? `denied in ${formatElapsed(left)}` : 'being denied…'}</span>;
}

/** A button that had the focus goes with its call: the next one gets it, else the stream. */
function useFocusKept(element: { readonly current: HTMLElement | null }, asked: readonly AskedCall[]): void {
  const hadFocus = useRef(false);
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) {
      const next = element.current?.querySelector<HTMLElement>('button') ?? document.querySelector('.stream');
      (next as HTMLElement | null)?.focus();
    }
    const note = () => {
      hadFocus.current = element.current?.contains(document.activeElement) ?? false;
    };
    note();
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, [element, asked]);
}
