import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { RowDetail } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { diffLineKind } from './diff-lines.ts';
import { jsonTokens, prettyJson } from './json-tokens.ts';
import { safeLines } from './safe-lines.ts';

type Section = RowDetail['sections'][number];

/** Lines drawn at first: a frame must not be spent on what nobody has asked to see. */
const FIRST_LINES = 200;
/** Characters that get colours of their own; what follows is plain. */
const COLOURED_CHARACTERS = 20_000;

/** One text of a detail, in its own way of being shown. It is only ever text, never markup. */
export function SectionView({ section }: { readonly section: Section }) {
  const { title, format, text, omittedCharacters } = section;
  const all = useSignal(false);
  const lines = useMemo(() => safeLines(format === 'json' ? prettyJson(text) : text), [format, text]);
  const shown = all.value ? lines : lines.slice(0, FIRST_LINES);
  const isColoured = text.length <= COLOURED_CHARACTERS;
  return (
    <section class="section" aria-label={sanitize(title)}>
      <h3 class="section-title">{sanitize(title)}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a pointer. */}
      <pre class={`block block-${format}`} tabIndex={0}>
        {format === 'diff' ? (
          <DiffLines lines={shown} />
        ) : format === 'json' && isColoured ? (
          <JsonLines lines={shown} />
        ) : (
          shown.join('\n')
        )}
      </pre>
      {shown.length < lines.length && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            all.value = true;
          }}
        >
          Show all {lines.length.toLocaleString('en')} lines
        </button>
      )}
      {omittedCharacters > 0 && (
        <p class="detail-note">{omittedCharacters.toLocaleString('en')} more characters are not shown.</p>
      )}
    </section>
  );
}

function DiffLines({ lines }: { readonly lines: readonly string[] }) {
  return lines.map((line, index) => (
    // A line has no other name than its number.
    <span key={index} class={`diff diff-${diffLineKind(line)}`}>
      {line === '' ? ' ' : line}
    </span>
  ));
}

function JsonLines({ lines }: { readonly lines: readonly string[] }) {
  return lines.flatMap((line, number) => [
    ...jsonTokens(line).map(({ kind, text }, index) =>
      kind === 'plain' ? (
        text
      ) : (
        <span key={`${number} ${index}`} class={`json-${kind}`}>
          {text}
        </span>
      ),
    ),
    '\n',
  ]);
}
