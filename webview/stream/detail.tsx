import type { AskedCall, PanelRow, RowDetail } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AnswerButtons } from '../asks/answer-buttons.tsx';
import { Icon } from '../icon.tsx';
import { SectionView } from './section.tsx';

interface DetailProps {
  readonly row: PanelRow;
  readonly detail: RowDetail;
  /** The call that waits, where the row is about one. */
  readonly ask: AskedCall | undefined;
}

/** What a row opens to. */
export function DetailView({ row, detail, ask }: DetailProps) {
  return (
    <>
      {ask && (
        <div class="detail-answers">
          <AnswerButtons ask={ask} />
        </div>
      )}
      {detail.sections.map((section, index) => (
        <SectionView key={`${index} ${section.title}`} section={section} />
      ))}
      {detail.sections.length === 0 && <p class="detail-note">Nothing more was recorded.</p>}
      <div class="detail-actions">
        {detail.hasFile && (
          <button type="button" class="link-button" data-action="file">
            <Icon name="go-to-file" />
            <span>Open {sanitize(fileAt(row))}</span>
          </button>
        )}
        {row.subagent !== undefined && (
          <button type="button" class="link-button" data-action="session" data-subagent={row.subagent}>
            <Icon name="type-hierarchy-sub" />
            <span>Show subagent</span>
          </button>
        )}
        <button type="button" class="link-button" data-action="link">
          <Icon name="link" />
          <span>Copy link</span>
        </button>
      </div>
    </>
  );
}

function fileAt({ path, line }: PanelRow): string {
  const name = path?.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || 'file';
  return line === undefined ? name : `${name}:${line}`;
}
