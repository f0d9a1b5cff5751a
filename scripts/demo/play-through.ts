import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from '../editor/browser.ts';
import { observe } from '../observed-process.ts';
import { root } from '../steps.ts';
import { installSystemTools } from '../system-tools.ts';
import { waitFor } from '../wait-for.ts';
import { Cast, STEADY } from './cast.ts';
import { prepareEditor, startDemoEditor } from './demo-editor.ts';
import { untilSignal } from './until-signal.ts';
import { DemoWindow } from './window.ts';

const SCREENSHOT = path.join(root, 'test', 'artefacts', 'demonstration.png');
const PAUSED_FOR_MS = 1_000;
/** Rows that the panel shows before the agent is paused. */
const FIRST_ROWS = 5;

/**
 * The demonstration without a person: the real editor in an unseen browser, where the panel pauses and resumes the agent,
 * and where a rule kills it. Fails at the first thing that is not as it should be, and leaves nothing running.
 */
export async function playThrough(): Promise<void> {
  const cast = new Cast();
  const endings: (() => Promise<unknown>)[] = [() => cast.end()];
  try {
    await untilSignal(async () => {
      if (process.env['AGENT_TRACE_TEST_CHROMIUM'] === undefined) await installSystemTools(['chromium']);
      await prepareEditor();
      const browser = await openBrowser({ width: 1280, height: 800 });
      endings.push(() => browser.close());
      const editor = await startDemoEditor(cast.place);
      endings.push(() => editor.stop());
      cast.startWatcher();
      const window = await DemoWindow.open(browser.page, editor.address);
      await window.noticesChanges(cast.place.workspace);
      const agent = cast.startAgent(STEADY);
      const pid = agent.process.pid as number;
      const isStopped = () => observe(pid)?.state === 'T';

      await window.showPanel();
      await window.panel.locator('.row:not(.loading)').nth(FIRST_ROWS).waitFor();
      await window.press('Pause');
      const pausedByUser = () => cast.doneByUser(agent, 'pause') && isStopped();
      await waitFor('Pause in the panel to stop the process of the agent', pausedByUser);
      await window.button('Resume').waitFor();
      await sleep(PAUSED_FOR_MS);
      if (!isStopped()) throw new Error('the paused agent went on by itself');
      tell(`the panel's Pause stopped the agent (process ${pid})`);
      await window.press('Resume');
      const resumedByUser = () => cast.doneByUser(agent, 'resume') && !isStopped();
      await waitFor('Resume in the panel to let the agent go on', resumedByUser);
      tell("the panel's Resume let it go on");

      const paused = await cast.ruleDone(agent, 'pause');
      await waitFor('the rule to stop the process of the agent', isStopped);
      tell(`the rule "${paused.rule}" paused it`);
      await window.press('Resume');
      await waitFor('Resume in the panel to let the agent go on', () => !isStopped());
      const killed = await cast.ruleDone(agent, 'kill');
      await waitFor('the process of the agent to be gone', () => observe(pid) === undefined);
      tell(`the rule "${killed.rule}" killed it`);
      await window.status.filter({ hasText: 'Killed' }).waitFor();
      // The agent's own words, so the editor shows what it did to the file.
      await window.page.locator('.view-lines').getByText('discount').first().waitFor();
      mkdirSync(path.dirname(SCREENSHOT), { recursive: true });
      await window.page.screenshot({ path: SCREENSHOT, animations: 'disabled' });
      tell(`the editor showed it: ${path.relative(root, SCREENSHOT)}`);
    });
  } finally {
    for (const end of endings.reverse()) await end();
    cast.place.remove();
  }
}

function tell(what: string): void {
  console.log(`\n== ${what}`);
}
