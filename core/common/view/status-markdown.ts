import type { StatusTooltip } from './status-tooltip.ts';

/** A command that a tooltip offers. */
export interface TooltipLink {
  readonly title: string;
  readonly command: string;
  /** What the command is called with. */
  readonly argument?: string;
}

/** Markdown for a renderer that knows tables, theme icons and command links. What comes from a trace is shown as it is. */
export function tooltipMarkdown(icon: string, tooltip: StatusTooltip, links: readonly TooltipLink[]): string {
  const rows = tooltip.rows.map(({ name, value }) => `| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |`);
  const offered = links.map((link) => `[${escapeMarkdown(link.title)}](command:${link.command}${argumentsOf(link)})`);
  return [
    `$(${icon}) **${escapeMarkdown(tooltip.title)}**`,
    `| | |\n|:--|:--|\n${rows.join('\n')}`,
    offered.join(' · '),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Every punctuation character as an entity: nothing is left that could be markup, a link, an icon or a table's cell. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function argumentsOf({ argument }: TooltipLink): string {
  if (argument === undefined) return '';
  const encoded = encodeURIComponent(JSON.stringify([argument]));
  // A parenthesis would end the link.
  return `?${encoded.replaceAll('(', '%28').replaceAll(')', '%29')}`;
}
