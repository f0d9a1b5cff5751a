import type { Command } from 'commander';
import type { CliContext } from '../commands/cli-context.ts';
import { upTo, wholePositive } from './option-values.ts';

/** As the control socket has it. */
const MAX_GRACE_SECONDS = 60;

/** Adds the commands that decide what an agent may do: `pause`, `resume`, `kill`, `answer`. */
export function addStopCommands(program: Command, context: () => Promise<CliContext>): void {
  for (const [action, description] of [
    ['pause', 'stop an agent and everything it started, until it is resumed'],
    ['resume', 'let a paused agent go on'],
    ['kill', 'end an agent and everything it started'],
  ] as const) {
    const command = program
      .command(action)
      .description(description)
      .argument('[session]', 'id or the beginning of it; the one that is alive when left out')
      .option('--pid <pid>', 'the process you know to be the agent of the session', wholePositive)
      .option('--json', 'the outcome as a JSON object');
    if (action === 'kill') {
      const description = 'time between SIGTERM and SIGKILL, at most 60 (default: 5)';
      command.option('--grace <seconds>', description, upTo(MAX_GRACE_SECONDS));
    }
    command.action(async (session: string | undefined, options) => {
      const { controlSession } = await import('../commands/control.ts');
      const graceMs = options.grace === undefined ? {} : { graceMs: options.grace * 1000 };
      await controlSession(await context(), action, session, { ...options, ...graceMs });
    });
  }

  program
    .command('answer')
    .description('decide about a call that a rule of `ask` holds')
    .argument('<answer>', 'once, session or deny')
    .argument('[call]', 'id of the call; needed when several wait')
    .option('--json', 'the calls that still wait, as JSON on stdout')
    .action(async (answer: string, call: string | undefined, options) => {
      const { answerCall } = await import('../commands/answer.ts');
      await answerCall(await context(), answer, call, options);
    });
}
