/// <reference lib="dom" />
import type { FrameLocator, Locator } from 'playwright-core';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { Pane } from './pane.ts';
import type { Workbench } from './workbench.ts';

/** A row of the event stream, as it is seen. */
export interface EventRow {
  /** From 0, among the rows that pass the filter. */
  readonly position: number;
  /** `tool`, `prompt`, ... */
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  /** `running`, `completed`, `failed`, `interrupted`, `held`, `allowed`, `denied`, or nothing. */
  readonly status: string;
  /** What stands at its end: duration, action, `interrupted`. */
  readonly end: string;
  /** Name of its icon. */
  readonly icon: string;
}

/** What is told above the stream. */
export interface EventHeader {
  readonly cost: string;
  readonly phase: string;
  readonly summary: string;
  /** `Model`, `Files`, `Tokens`, `Cache`; of those that are known. */
  readonly facts: Readonly<Record<string, string>>;
  /** `Context: 12 %`, `budget: $1.00 of $5.00`. */
  readonly meters: readonly string[];
  readonly subagents: readonly { readonly name: string; readonly depth: number }[];
  /** What can be done, in order. */
  readonly controls: readonly string[];
  /** Why nothing can be done; empty when something can. */
  readonly reason: string;
}

const EXTENSION = 'agent-trace.agent-trace';
/** CSS pixels added: the editor opens a view in the Explorer as low as it can be. */
const TALL = 500;

/** The view of events in the Explorer: its frame is the editor's, its page the extension's. */
export class EventPanel {
  readonly pane: Pane;
  readonly frame: FrameLocator;
  /** The list. */
  readonly stream: Locator;
  private readonly workbench: Workbench;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
    this.pane = workbench.pane('Agent Event Stream');
    this.frame = workbench.webview(EXTENSION);
    this.stream = this.frame.locator('.stream');
  }

  /** Opens it by its command, makes it high, and waits until it shows something. */
  async open(): Promise<void> {
    await this.workbench.runCommand('Agent Trace: Open Event Stream');
    await this.isThere();
    await this.pane.grow(TALL);
  }

  /** Waits until it shows something. */
  async isThere(): Promise<void> {
    await this.frame.locator('.row:not(.loading), .nothing, .welcome').first().waitFor();
  }

  /** Those that are drawn: the ones in sight, and some around them. */
  rows(): Promise<readonly EventRow[]> {
    return this.stream.locator('.row:not(.loading)').evaluateAll((rows) =>
      rows.map((row) => {
        const classes = [...row.classList];
        const text = (selector: string) =>
          row.querySelector<HTMLElement>(`.line ${selector}`)?.innerText.replace(/\s+/g, ' ').trim() ?? '';
        const icon = [...(row.querySelector('.icon')?.classList ?? [])].find((name) => name.startsWith('codicon-'));
        return {
          position: Number(row.getAttribute('data-position')),
          kind: classes.find((name) => name.startsWith('kind-'))?.slice('kind-'.length) ?? '',
          title: text('.title'),
          text: text('.text'),
          status:
            classes.find((name) => /^(running|completed|failed|interrupted|held|allowed|denied)$/.test(name)) ?? '',
          end: text('.end'),
          icon: icon?.slice('codicon-'.length) ?? '',
        };
      }),
    );
  }

  /**
   * The first drawn row of a kind whose title and text match, once it is there; with `state`, once it is like that: a row
   * may be seen between two events that make it.
   */
  async row(
    kind: string,
    match: string | RegExp,
    state: Partial<Pick<EventRow, 'status' | 'end' | 'icon'>> = {},
  ): Promise<EventRow> {
    const matches = ({ title, text }: EventRow) =>
      typeof match === 'string' ? `${title} ${text}`.includes(match) : match.test(`${title} ${text}`);
    const isLike = (row: EventRow) =>
      Object.entries(state).every(([key, value]) => row[key as keyof typeof state] === value);
    let seen: readonly EventRow[] = [];
    return waitFor(`a row ${kind} ${match} ${JSON.stringify(state)}`, async () => {
      seen = await this.rows();
      const row = seen.find((each) => each.kind === kind && matches(each));
      return row && isLike(row) && row;
    }).catch((error) => {
      throw new Error(`${error.message}; there are: ${JSON.stringify(seen)}`);
    });
  }

  element(row: Pick<EventRow, 'position'>): Locator {
    return this.stream.locator(`[data-position="${row.position}"]`);
  }

  /** How many rows pass the filter. */
  async total(): Promise<number> {
    return Number(await this.stream.getAttribute('aria-rowcount'));
  }

  /** Waits for a number of rows. */
  async has(total: number): Promise<void> {
    let seen = -1;
    await waitFor(`${total} rows`, async () => {
      seen = await this.total();
      return seen === total;
    }).catch((error) => {
      throw new Error(`${error.message}; there are ${seen}`);
    });
  }

  /** Waits until the rows are of these kinds, one after the other. */
  async showsKinds(...kinds: readonly string[]): Promise<void> {
    let seen: readonly string[] = [];
    await waitFor(`rows ${kinds}`, async () => {
      seen = (await this.rows()).map(({ kind }) => kind);
      return seen.join() === kinds.join();
    }).catch((error) => {
      throw new Error(`${error.message}; there are ${seen}`);
    });
  }

  /** Every row from the first to the last, read by scrolling through them; the panel is left at the end, following. */
  async allRows(): Promise<readonly EventRow[]> {
    const found = new Map<number, EventRow>();
    const total = await this.total();
    for (let next = 0; next < total; ) {
      await this.scrollTo(next / total);
      await waitFor(`row ${next} of ${total}`, async () => {
        for (const row of await this.rows()) found.set(row.position, row);
        return found.has(next);
      });
      while (found.has(next)) next += 1;
    }
    await this.frame
      .locator('.jump')
      .click({ timeout: 2000 })
      .catch(() => {});
    return [...found.values()].sort((a, b) => a.position - b.position);
  }

  /** Scrolls as a person does, by the wheel; negative is up. CSS pixels. */
  async wheel(deltaY: number): Promise<void> {
    await this.stream.hover();
    await this.workbench.page.mouse.wheel(0, deltaY);
  }

  /** True when the last row stands at the lower edge. */
  isAtEnd(): Promise<boolean> {
    return this.stream.evaluate((list) => {
      const last = [...list.querySelectorAll('.row:not(.loading)')].at(-1);
      const isLast = Number(last?.getAttribute('data-position')) + 1 === Number(list.getAttribute('aria-rowcount'));
      return isLast && !!last && last.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1;
    });
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  async search(text: string): Promise<void> {
    await this.frame.getByRole('textbox', { name: 'Search events' }).fill(text);
  }

  /** Opens what is folded in the header. */
  async openHeader(): Promise<void> {
    const button = this.frame.getByRole('button', { name: 'Session details' });
    if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
  }

  /** What is in sight of it. */
  header(): Promise<EventHeader> {
    return this.frame.locator('.header').evaluate((header) => {
      const words = (element: Element | null | undefined) =>
        (element as HTMLElement | null | undefined)?.innerText.replace(/\s+/g, ' ').trim() ?? '';
      const all = (selector: string) => [...header.querySelectorAll<HTMLElement>(selector)];
      const shown = (element: HTMLElement) => element.offsetParent !== null;
      const depthOf = (element: Element) => {
        let depth = 0;
        for (let at = element.closest('.subagents'); at; at = at.parentElement?.closest('.subagents') ?? null) depth++;
        return depth;
      };
      return {
        cost: words(header.querySelector('.cost')),
        phase: words(header.querySelector('.phase-name')),
        summary: all('.summary span').map(words).join(', '),
        facts: Object.fromEntries(
          all('.fact')
            .filter(shown)
            .map((fact) => [words(fact.querySelector('dt')), words(fact.querySelector('dd'))]),
        ),
        meters: all('.meter-track')
          .filter(shown)
          .map((meter) => meter.getAttribute('aria-label') ?? ''),
        subagents: all('.subagent')
          .filter(shown)
          .map((each) => ({ name: words(each.querySelector('.subagent-name')), depth: depthOf(each) })),
        controls: all('.controls button:not([aria-disabled="true"])').map(words),
        reason: words(header.querySelector('.reason')),
      };
    });
  }

  /** The header once it passes; the last one seen is told when it never does. */
  async headerWhen(what: string, passes: (header: EventHeader) => boolean): Promise<EventHeader> {
    let seen: EventHeader | undefined;
    return waitFor(what, async () => {
      seen = await this.header();
      return passes(seen) && seen;
    }).catch((error) => {
      throw new Error(`${error.message}; the header is ${JSON.stringify(seen)}`);
    });
  }

  private async scrollTo(share: number): Promise<void> {
    await this.stream.evaluate((list, part) => {
      list.dispatchEvent(new WheelEvent('wheel', { deltaY: -1, bubbles: true }));
      list.scrollTop = part * list.scrollHeight;
    }, share);
  }
}
