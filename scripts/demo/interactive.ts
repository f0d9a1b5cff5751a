import { emitKeypressEvents } from 'node:readline';
import { Cast, hasEnded, type RunningAgent, UNHURRIED } from './cast.ts';
import { prepareEditor, startDemoEditor } from './demo-editor.ts';
import { untilSignal } from './until-signal.ts';

/**
 * The editor at a local address, the watcher in this terminal, and an agent at work, until its user ends it with Ctrl+C.
 * Enter starts the agent anew once it has ended.
 */
export async function showInEditor(): Promise<void> {
  const cast = new Cast();
  let stopEditor: (() => Promise<unknown>) | undefined;
  try {
    await untilSignal(async () => {
      await prepareEditor();
      const editor = await startDemoEditor(cast.place);
      stopEditor = editor.stop;
      console.log(INTRODUCTION(editor.address));
      const watcher = cast.startWatcher();
      const watcherEnded = new Promise<void>((resolve) => watcher.once('close', () => resolve()));
      let agent: RunningAgent = cast.startAgent(UNHURRIED);
      const ended = onKeys({
        enter: () => {
          if (hasEnded(agent.process)) agent = cast.startAgent(UNHURRIED);
        },
      });
      await Promise.race([ended, watcherEnded]);
    });
  } finally {
    await cast.end();
    if (process.stdin.isRaw) process.stdin.setRawMode(false);
    process.stdin.pause();
    console.log('Ending the editor ...');
    await stopEditor?.();
    cast.place.remove();
  }
}

const INTRODUCTION = (address: string) => `
Open this address in your browser:

  ${address}

A scripted agent works there on a small shop; the event stream is in the Explorer, its cost in the status bar.
  After some minutes the rule "large change" pauses it: look at the diff, then press Resume.
  In the end the rule "no rm -rf" kills it. Enter in this terminal starts it again, Ctrl+C ends everything.

The watcher, which enforces .watch-rules.json:
`;

/**
 * Resolves at Ctrl+C. The terminal is raw meanwhile: what is typed does not run into the watcher's lines, and Ctrl+C ends
 * what was started in order instead of all at once.
 */
function onKeys({ enter }: { readonly enter: () => void }): Promise<void> {
  const { stdin } = process;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve) => {
    stdin.once('end', resolve);
    stdin.on('keypress', (_text, key: { readonly name?: string; readonly ctrl?: boolean }) => {
      if (key.ctrl && key.name === 'c') resolve();
      if (key.name === 'return' || key.name === 'enter') enter();
    });
  });
}
