import type { Page } from 'playwright-core';

/** The 16 colours of the terminal, as far as the watcher uses them. */
const COLORS: Readonly<Record<string, string>> = { '31': '#f1707b', '32': '#8cc265', '33': '#e0af68' };
const STYLES: Readonly<Record<string, string>> = { '1': 'font-weight:bold', '2': 'opacity:0.62' };
const RESETS: Readonly<Record<string, readonly string[]>> = { '22': ['1', '2'], '39': ['31', '32', '33'] };

/** Lets `page` show a terminal's screen, given as text with escape sequences for colours and weights, and takes its picture. */
export async function pictureOfTerminal(page: Page, screen: string, title: string, path: string): Promise<void> {
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: transparent }
    .window { display: inline-block; background: #16181d; color: #d7dae0; border-radius: 8px; overflow: hidden }
    .title { background: #23262d; color: #9aa0ab; font: 12px sans-serif; padding: 8px 14px; text-align: center }
    pre { margin: 0; padding: 14px 18px 18px; font: 13px/1.45 'DejaVu Sans Mono', Menlo, Consolas, monospace }
    </style><div class="window"><div class="title">${escapeHtml(title)}</div><pre>${htmlOf(screen)}</pre></div>`);
  await page.locator('.window').screenshot({ path, omitBackground: true });
}

function htmlOf(screen: string): string {
  const active = new Set<string>();
  const parts = screen.trimEnd().split(/\u001b\[([\d;]*)m/);
  let html = '';
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      for (const code of part === '' ? ['0'] : part.split(';')) change(active, code);
      continue;
    }
    const style = [...active].map((code) => STYLES[code] ?? `color:${COLORS[code]}`).join(';');
    html += style === '' ? escapeHtml(part) : `<span style="${style}">${escapeHtml(part)}</span>`;
  }
  return html;
}

function change(active: Set<string>, code: string): void {
  if (code === '0') active.clear();
  for (const ended of RESETS[code] ?? []) active.delete(ended);
  if (code in COLORS || code in STYLES) active.add(code);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
