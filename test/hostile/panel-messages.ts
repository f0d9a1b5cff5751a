import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import type { PanelHeader, PanelRow, RowDetail } from '../../core/common/protocol/panel.ts';
import { panelHeader } from '../../core/common/view/panel-header.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { summaryOf } from '../../core/node/sessions/stored-sessions.ts';
import { OpenTails } from '../../core/node/tail/open-tails.ts';
import { PanelPage } from '../extension/panel/panel-page.ts';
import { EVIL } from './corpus.ts';

/** What the extension tells the page of the hostile session of a store. */
export interface Told {
  readonly header: PanelHeader;
  readonly rows: readonly PanelRow[];
  /** Of the first rows. */
  readonly details: readonly RowDetail[];
}

const MOST_DETAILS = 20;

/** As the extension reads the session: by the classes it uses itself, without an editor. */
export async function tell(store: string): Promise<Told> {
  const session = new FollowedSession({
    sessionId: EVIL,
    store,
    prices: genaiPriceBook(),
    onEvent: () => {},
    onIssue: () => {},
    openTails: new OpenTails(),
  });
  await session.drain();
  const page = new PanelPage({ store, id: EVIL });
  page.session.attach();
  const rows = await page.shown();
  const details = rows.slice(0, MOST_DETAILS).flatMap(({ id }) => page.session.detail(id) ?? []);
  const summary = summaryOf(session.state, {
    store,
    runtimeDir: store,
    table: systemProcessTable(),
    now: () => 1_795_000_100,
  });
  const header = panelHeader(session.state, {
    summary,
    watch: { mode: 'observed', reason: '' },
    curve: page.session.curve,
    readShare: session.readShare,
    limits: [],
    asked: [],
    subagents: [],
    controls: { pause: false, resume: false, kill: false, pending: null, reason: '' },
  });
  page.session.close();
  session.close();
  return { header, rows, details };
}
