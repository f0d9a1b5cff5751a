import type { Command } from 'commander';

/** The commands under the headings that help has them in, each in this order. */
const GROUPS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['See:', ['watch', 'list', 'status', 'cost']],
  ['Stop:', ['rules', 'pause', 'resume', 'kill', 'answer']],
  ['Look back:', ['audit', 'policy']],
  ['Record:', ['setup', 'run', 'import']],
  ['More:', ['hook', 'help']],
];
const ORDER = GROUPS.flatMap(([, names]) => names);

const FIRST_STEPS = `
First steps, in the folder that your agent works in:
  agent-trace setup              record what Claude Code does here; --agent for others
  agent-trace rules init         write rules to begin with
  agent-trace watch              see it live, and stop it by those rules
  agent-trace import --discover  list what agents did before`;

/** Groups the commands of the program in its help, and says how to begin. To be called when all are there. */
export function arrangeHelp(program: Command): void {
  const description = 'say how a command is used';
  program.addHelpCommand(
    program.createCommand('help').argument('[command]').helpOption(false).description(description),
  );
  const help = program.createHelp();
  for (const command of help.visibleCommands(program)) {
    const group = GROUPS.find(([, names]) => names.includes(command.name()));
    if (group) command.helpGroup(group[0]);
  }
  program.configureHelp({
    visibleCommands: (command) => {
      const all = help.visibleCommands(command);
      return command === program ? all.toSorted((a, b) => place(a) - place(b)) : all;
    },
  });
  program.addHelpText('after', FIRST_STEPS);
}

function place(command: Command): number {
  return ORDER.indexOf(command.name());
}
