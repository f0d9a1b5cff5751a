/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { succeeds } from '../succeeds.ts';
import { waitFor } from '../wait-for.ts';

/**
 * What the extension host measured of its extensions, as `Developer: Show Running Extensions` shows it: milliseconds of
 * loading the code and calling `activate`, by display name. Waits until each of `wanted` is there.
 */
export async function activationTimes(page: Page, wanted: readonly string[]): Promise<ReadonlyMap<string, number>> {
  await runCommand(page, 'Developer: Show Running Extensions');
  const rows = page.locator('.runtime-extensions-editor .monaco-list-row');
  return waitFor('the activation of the extensions', async () => {
    const texts = await rows.evaluateAll((elements) =>
      elements.map((row) => [
        row.querySelector('.name')?.textContent ?? '',
        row.querySelector('.activation-time')?.textContent ?? '',
      ]),
    );
    const times = new Map<string, number>();
    for (const [name = '', time = ''] of texts) {
      const ms = /(\d+)ms$/.exec(time)?.[1];
      if (ms !== undefined) times.set(name, Number(ms));
    }
    return wanted.every((name) => times.has(name)) ? times : undefined;
  });
}

/** Runs the command with exactly this title from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  await waitFor('the palette', async () => {
    await page.keyboard.press('F1');
    return succeeds(input.waitFor({ timeout: 2000 }));
  });
  await input.fill(`>${title}`);
  const label = page.locator('.quick-input-widget .label-name').getByText(title, { exact: true });
  await label.first().click();
}
