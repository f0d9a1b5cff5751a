/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

describe('an open row', () => {
  it('shows command and output, and what was left out', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.row(7).locator('.line').click();
    const detail = panel.row(7).locator('.detail');
    await detail.locator('.block-command').waitFor();
    expect(await detail.locator('.block-command').innerText()).toBe('npm test -- --run test/cart');
    expect(await detail.locator('.block-text').innerText()).toContain('expected 107.10 to be 106.20');
    expect(await detail.innerText()).toContain('18,204 more characters are not shown.');
    await panel.row(7).locator('.line').click();
    await detail.waitFor({ state: 'detached' });
  });

  it('indents JSON and gives its parts their colours', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.row(4).locator('.line').click();
    const block = panel.row(4).locator('.block-json');
    await block.waitFor();
    expect(await block.innerText()).toContain('{\n  "file_path": "src/cart/total.ts",\n  "offset": 12,');
    expect(await block.locator('.json-key').allInnerTexts()).toEqual(['"file_path"', '"offset"', '"limit"', '"exact"']);
    expect(await block.locator('.json-number').allInnerTexts()).toEqual(['12', '60']);
  });

  it('colours what a diff adds and removes', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.row(9).locator('.line').click();
    await panel.row(9).locator('.block-diff').waitFor();
    const backgrounds = (kind: string) =>
      panel
        .row(9)
        .locator(`.diff-${kind}`)
        .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).backgroundColor));
    expect(await backgrounds('added')).toHaveLength(2);
    expect(await backgrounds('removed')).toHaveLength(2);
    expect(new Set([...(await backgrounds('added')), ...(await backgrounds('removed'))]).size).toBe(2);
  });

  it('opens the file, copies the link and leads to the subagent', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.row(9).locator('.line').click();
    await panel.button('Open total.ts:31').click();
    await panel.row(9).locator('.detail').getByRole('button', { name: 'Copy link' }).click();
    await panel.row(13).hover();
    await panel.row(13).getByRole('button', { name: "Show the subagent's session" }).click();
    expect(await panel.heard('openFile')).toEqual([{ type: 'openFile', id: 'event-9' }]);
    expect(await panel.heard('copyLink')).toEqual([{ type: 'copyLink', id: 'event-9' }]);
    expect(await panel.heard('selectSession')).toEqual([{ type: 'selectSession', id: 'explorer-1' }]);
  });

  it('is asked for again when its call has finished', async () => {
    const panel = await open({ play: 'rows=25&running=1', height: 1200 });
    await panel.row(24).locator('.line').click();
    await panel.row(24).locator('.detail').waitFor();
    await panel.host((host) => host.change(24, { status: 'completed', durationMs: 9 }));
    await waitFor('the second question', async () => (await panel.heard('getDetail')).length === 2);
  });

  it('is brought into sight, and not carried away by new rows', async () => {
    const panel = await open({ play: 'rows=500', height: 900 });
    await panel.isAtEnd();
    await panel.row(499).locator('.line').click();
    await panel.row(499).locator('.detail-actions').waitFor();
    await waitFor('all of it in sight', async () => {
      const detail = await panel.row(499).locator('.detail').boundingBox();
      return detail && detail.y + detail.height <= 901;
    });
    const top = async () => (await panel.row(499).boundingBox())?.y;
    const before = await top();
    await panel.host((host) => host.play(300));
    await panel.button('Jump to live 300 new').waitFor();
    expect(await top()).toBe(before);
  });

  it('shows the beginning of a long text, and all of it when asked', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.host((host) => {
      const text = Array.from({ length: 1500 }, (_, index) => `line ${index}`).join('\n');
      host.details.set('event-7', {
        id: 'event-7',
        hasFile: false,
        sections: [{ title: 'Output', format: 'text', text, omittedCharacters: 0 }],
      });
    });
    await panel.row(7).locator('.line').click();
    await panel.button('Show all 1,500 lines').waitFor();
    const lines = async () => (await panel.row(7).locator('.block').innerText()).split('\n').length;
    expect(await lines()).toBe(200);
    await panel.button('Show all 1,500 lines').click();
    await waitFor('all lines', async () => (await lines()) === 1500);
  });
});
