import type { PanelRow, RowDetail, RowKind } from '../../core/common/protocol/panel.ts';

/** Unix seconds: when the made-up session began. */
export const BEGINNING = 1_700_000_000;
/** Seconds between two things. */
export const PACE = 2;

type Sample = Omit<PanelRow, 'id' | 'at'>;

const SAMPLES: readonly Sample[] = [
  {
    kind: 'prompt',
    title: 'Prompt',
    text: 'The total of the cart is wrong when a discount applies. Find out why and fix it.',
  },
  {
    kind: 'response',
    title: 'Response',
    text: 'I will look at how the total is computed, then at the tests that cover it.',
  },
  { kind: 'tool', title: 'Grep', text: 'discount', status: 'completed', durationMs: 84 },
  {
    kind: 'tool',
    title: 'Read',
    text: 'src/cart/total.ts',
    path: 'src/cart/total.ts',
    line: 12,
    status: 'completed',
    durationMs: 12,
  },
  {
    kind: 'tool',
    title: 'Read',
    text: 'test/cart/total.test.ts',
    path: 'test/cart/total.test.ts',
    line: 1,
    status: 'completed',
    durationMs: 9,
  },
  { kind: 'request', title: 'Request', text: '12k in, 840 out, 92% from the cache' },
  { kind: 'tool', title: 'Bash', text: 'npm test -- --run test/cart', status: 'failed', durationMs: 4210 },
  { kind: 'response', title: 'Response', text: 'The discount is applied after the tax. I will move it.' },
  {
    kind: 'tool',
    title: 'Edit',
    text: 'src/cart/total.ts',
    path: 'src/cart/total.ts',
    line: 31,
    status: 'completed',
    durationMs: 31,
  },
  { kind: 'file', title: 'Write', text: 'src/cart/total.ts', path: 'src/cart/total.ts', line: 31 },
  { kind: 'decision', title: 'Decision', text: 'Keep the rounding of each line; change the order only.' },
  { kind: 'tool', title: 'Bash', text: 'npm test -- --run test/cart', status: 'completed', durationMs: 3980 },
  {
    kind: 'tool',
    title: 'Task',
    text: 'Check the other carts for the same mistake',
    status: 'completed',
    durationMs: 61_000,
    subagent: 'explorer-1',
  },
  { kind: 'tool', title: 'WebFetch', text: 'https://example.com/tax/rounding', status: 'completed', durationMs: 1320 },
  { kind: 'tool', title: 'mcp__tracker__get_issue', text: 'SHOP-214', status: 'completed', durationMs: 410 },
  { kind: 'tool', title: 'TodoWrite', text: '4 items, 2 done', status: 'completed', durationMs: 3 },
  { kind: 'rule', title: 'budget', text: 'cost_usd is 3.02, the rule allows 3', action: 'alert' },
  { kind: 'tool', title: 'Bash', text: 'rm -rf build && npm run build', status: 'interrupted', durationMs: 9100 },
  {
    kind: 'rule',
    title: 'no-force-push',
    text: 'command is "git push --force", the rule allows no git push*',
    action: 'kill',
  },
  { kind: 'outcome', title: 'kill', text: 'refused: the process is not the one that was registered', action: 'kill' },
  { kind: 'outcome', title: 'pause', text: 'done: 3 processes stopped', action: 'pause' },
  { kind: 'outcome', title: 'resume', text: 'done: 3 processes continued', action: 'resume' },
  { kind: 'error', title: 'Error', text: 'API error 529: overloaded; tried again after 4 s' },
  {
    kind: 'tool',
    title: 'Write',
    text: 'docs/decisions/0007-order-of-discount-and-tax.md',
    path: 'docs/decisions/0007-order-of-discount-and-tax.md',
    line: 1,
    status: 'completed',
    durationMs: 18,
  },
];

const START: Sample = { kind: 'session', title: 'Session', text: 'started: Claude Code, claude-sonnet-4-5' };

/** The `index`th thing of the session: always the same. */
export function madeUpRow(index: number): PanelRow {
  const sample = (index === 0 ? undefined : SAMPLES[(index - 1) % SAMPLES.length]) ?? START;
  const round = Math.floor(index / SAMPLES.length);
  const durationMs = sample.durationMs === undefined ? {} : { durationMs: sample.durationMs + ((round * 37) % 900) };
  return { ...sample, ...durationMs, id: `event-${index}`, at: BEGINNING + index * PACE };
}

export function isError({ kind, status }: PanelRow): boolean {
  return kind === 'error' || kind === 'rule' || status === 'failed' || status === 'interrupted';
}

const DIFF = `--- a/src/cart/total.ts
+++ b/src/cart/total.ts
@@ -28,9 +28,9 @@ export function total(cart: Cart): Money {
   const lines = cart.lines.map((line) => round(line.price * line.count));
   const sum = lines.reduce((a, b) => a + b, 0);
-  const taxed = sum * (1 + cart.taxRate);
-  return round(taxed - discountOf(cart, taxed));
+  const discounted = sum - discountOf(cart, sum);
+  return round(discounted * (1 + cart.taxRate));
 }`;

const OUTPUT = ` RUN  v5.1 /shop

 ❯ test/cart/total.test.ts (6 tests | 1 failed)
   × the discount is taken before the tax
     → expected 107.10 to be 106.20

 Test Files  1 failed | 3 passed (4)
      Tests  1 failed | 21 passed (22)`;

/** What the row opens to. */
export function madeUpDetail({ id, kind, title, text, path }: PanelRow): RowDetail {
  const section = (title: string, format: 'text' | 'json' | 'diff' | 'command', text: string, omitted = 0) => ({
    title,
    format,
    text,
    omittedCharacters: omitted,
  });
  const hasFile = path !== undefined;
  if (kind !== 'tool') return { id, hasFile, sections: [section(NAMES[kind] ?? title, 'text', text)] };
  const file = JSON.stringify({ file_path: path, offset: 12, limit: 60, exact: true });
  if (title === 'Bash')
    return { id, hasFile, sections: [section('Command', 'command', text), section('Output', 'text', OUTPUT, 18_204)] };
  if (title === 'Edit') return { id, hasFile, sections: [section('Change', 'diff', DIFF)] };
  if (title === 'Read') return { id, hasFile, sections: [section('Arguments', 'json', file)] };
  return {
    id,
    hasFile,
    sections: [section('Arguments', 'json', JSON.stringify({ text, depth: 2, deep: [true, null] }))],
  };
}

const NAMES: Partial<Record<RowKind, string>> = { prompt: 'Prompt', response: 'Response', rule: 'What was broken' };
