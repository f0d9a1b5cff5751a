import { expect, it, onTestFinished } from 'vitest';
import { followed, PanelPage, WrittenSession } from '../../../extension/panel/panel-page.ts';
import { EventMaker } from '../../../rig/events.ts';

it('is read once for itself and for the stream that is opened before, and once more for one that comes later', async () => {
  const written = new WrittenSession();
  const make = new EventMaker();
  written.append(make.event('session_start'), make.event('user_prompt', { prompt: 'Fix it.' }));
  const session = followed(written);
  onTestFinished(() => session.close());
  const open = () => {
    const page = new PanelPage(written, undefined, undefined, (receiver) => session.readAlong(receiver));
    onTestFinished(() => page.session.close());
    page.session.attach();
    return page;
  };
  const along = open();
  expect((await along.shown()).map(({ kind }) => kind)).toEqual(['session', 'prompt']);
  expect(session.state.events).toBe(2);
  expect(session.readAlong({ onEvent: () => {}, onIssue: () => {} })).toBeUndefined();
  const late = open();
  written.append(make.event('assistant_response', { text: 'Done.' }));
  expect((await late.shown()).map(({ kind }) => kind)).toEqual(['session', 'prompt', 'response']);
  expect(await along.shown()).toEqual(await late.shown());
});
