import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { decodeHostMessage } from '../../core/common/protocol/decode-panel.ts';
import { FileMarks } from '../../core/common/view/file-marks.ts';
import { marksMarkdown } from '../../core/common/view/mark-markdown.ts';
import { tooltipMarkdown } from '../../core/common/view/status-markdown.ts';
import { statusModel } from '../../core/common/view/status-model.ts';
import { statusTooltip } from '../../core/common/view/status-tooltip.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { SessionCatalog } from '../../core/node/sessions/session-catalog.ts';
import { OpenTails } from '../../core/node/tail/open-tails.ts';
import { nodeDescription, nodeLabel, pastLeaf, sessionTrees } from '../../extension/sessions/session-node.ts';
import { StoredSessionWriter } from '../rig/cli.ts';
import { tempFolder } from '../rig/temp-folder.ts';
import { EVIL, HOSTILE, MARKUP, UNSAFE } from './corpus.ts';
import { tell } from './panel-messages.ts';

const now = () => 1_795_000_100;

describe.skipIf(process.platform === 'win32')('the extension shows', () => {
  it.each(HOSTILE)('$name', async ({ make, goesOn }) => {
    const store = path.join(tempFolder(), '.agent-traces');
    mkdirSync(store);
    make(store);
    // What an honest recorder tells after it.
    if (goesOn) new StoredSessionWriter(EVIL, path.join(store, EVIL)).finish('Bash', { command: 'honest' });

    const { header, rows, details } = await tell(store);
    expect(decodeHostMessage({ type: 'state', header, sessions: [] })).toBeDefined();
    const messages = [
      { type: 'rows', generation: 7, from: 0, rows },
      ...details.map((detail) => ({ type: 'detail', detail })),
    ];
    // The page takes each message as it is: nothing in it is out of bounds.
    for (const message of messages) expect(decodeHostMessage(structuredClone(message))).toEqual(message);
    expect(rows.map(({ title, text }) => `${title} ${text}`).join('\n')).not.toMatch(UNSAFE);
    if (goesOn) expect(rows.at(-1)).toMatchObject({ title: 'Bash', text: 'honest', status: 'completed' });
    else expect(rows).toEqual([]);

    const shown = await shownOfState(store);
    expect(shown.join('\n')).not.toMatch(UNSAFE);
    expect(shown.join('\n')).not.toContain(MARKUP.slice(0, 12));
    expect([JSON.stringify([header, messages]), ...shown].join('\n')).not.toContain('SECRET');
  });
});

/** Status bar, tooltip, marks and the tree of sessions, as texts. */
async function shownOfState(store: string): Promise<readonly string[]> {
  const marks = new FileMarks();
  const prices = genaiPriceBook();
  const session = new FollowedSession({
    sessionId: EVIL,
    store,
    prices,
    onEvent: (_, event) => marks.apply(event),
    onIssue: () => {},
    openTails: new OpenTails(),
  });
  await session.drain();
  session.close();
  const { state } = session;
  const model = statusModel({
    state,
    phase: 'active',
    stop: undefined,
    pending: null,
    others: { live: 0, waiting: 0 },
  });
  const tooltip = statusTooltip({
    state,
    kind: model.kind,
    stop: undefined,
    nearness: [],
    asked: [],
    rules: 0,
    guard: { mode: 'observed', reason: '' },
    now: now(),
  });
  const hovers = marks.paths.map((file) =>
    marksMarkdown(
      marks.of(file).map((mark) => ({ ...mark, sessionId: EVIL })),
      (at) => new Date(at * 1000).toISOString(),
    ),
  );
  const catalog = new SessionCatalog({ store, runtimeDir: store, table: systemProcessTable(), prices, now });
  await catalog.look(new Set());
  const before = sessionTrees(catalog.sessions.map((each) => pastLeaf(store, each)));
  await catalog.read(
    () => true,
    () => {},
  );
  const after = sessionTrees(catalog.sessions.map((each) => pastLeaf(store, each)));
  catalog.close();
  return [
    // Icons and Markdown are the editor's to escape in the first two.
    ...model.parts.map((part) => part.replaceAll(/[<>"]/g, '')),
    model.label.replaceAll(/[<>"]/g, ''),
    tooltipMarkdown('pulse', tooltip, []).replaceAll('\n', ' '),
    ...hovers,
    ...[...before, ...after].map((node) =>
      `${nodeLabel(node)} ${nodeDescription(node, () => '')}`.replaceAll(/[<>"]/g, ''),
    ),
  ];
}
