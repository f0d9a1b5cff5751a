/**
 * `npm start`: builds, then shows the product. In a terminal: the real editor at a local address with an agent at work,
 * until Ctrl+C. `--once`, or without a terminal: the same played through by itself. `--terminal`: in this terminal only.
 */
import { parseArgs } from 'node:util';
import { errorText } from '../core/common/error-text.ts';
import { build } from './build.ts';
import { showInEditor } from './demo/interactive.ts';
import { playThrough } from './demo/play-through.ts';
import { playInTerminal } from './demo/terminal.ts';
import { Interrupted } from './demo/until-signal.ts';

const USAGE = `usage: npm start -- [--terminal [--keep] | --once]

  (nothing)    the real editor in your browser, the watcher in this terminal, until Ctrl+C
  --once       the same in an unseen browser, played through by itself; also where no terminal is attached
  --terminal   without an editor: watcher and agent in this terminal
  --keep       with --terminal: the watcher goes on, and the workspace stays`;

const OPTIONS = {
  terminal: { type: 'boolean' },
  keep: { type: 'boolean' },
  once: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

process.exit(await start());

/** Gives the exit status. */
async function start(): Promise<number> {
  let options: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    options = parseArgs({ options: OPTIONS }).values;
    if (options.terminal && options.once) throw new Error('--terminal and --once exclude each other');
    if (options.keep && !options.terminal) throw new Error('--keep needs --terminal');
  } catch (error) {
    console.error(`npm start: ${errorText(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    await build();
    await demonstration(options)();
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.exitStatus;
    console.error(`\ndemonstration failed: ${errorText(error)}`);
    return 1;
  }
}

function demonstration(options: { terminal?: boolean; keep?: boolean; once?: boolean }): () => Promise<void> {
  if (options.terminal) return () => playInTerminal(options.keep === true);
  if (process.platform !== 'linux') {
    console.log('The demonstration in the editor is for Linux; this is the one in the terminal.\n');
    return () => playInTerminal(false);
  }
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return options.once || !hasTerminal ? playThrough : showInEditor;
}
