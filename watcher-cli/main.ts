/** `dist/agent-trace.cjs`: starts the command line, `program/run-program.ts`, from compiled code. */
import { CodeCache } from './code-cache.ts';
import type { runProgram } from './program/run-program.ts';
import { keepYoungGenerationSmall } from './small-young-generation.ts';

const command = process.argv[2] ?? '';
keepYoungGenerationSmall(command);
const bundles = new CodeCache(__dirname, command, require);

function keepCode(): void {
  try {
    bundles.keep();
  } catch {
    // It cannot be written here: commands take some more milliseconds to start.
  }
}

// What fails is no command that there will be many of.
process.on('exit', (code) => code === 0 && keepCode());
const program = bundles.load<{ readonly runProgram: typeof runProgram }>('agent-trace-program.cjs');
program.runProgram({ load: (name) => bundles.load(name), keepCode });
