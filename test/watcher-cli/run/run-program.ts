/** `agent-trace run` as a program of its own: `node run-program.ts [--name N] [--no-redact] -- <command> [args...]`. */
import { AgentTraceError, EXIT_CODES } from '../../../core/node/agent-trace-error.ts';
import { runRun } from '../../../watcher-cli/run/run-run.ts';

// As the real program does before it knows what is asked of it: for a pipe this changes the descriptor.
const { stdout, stderr } = process;
stdout.on('error', () => undefined);
const args = process.argv.slice(2);
const command = args.slice(args.indexOf('--') + 1);
const own = args.slice(0, args.indexOf('--'));
const name = own.includes('--name') ? own[own.indexOf('--name') + 1] : undefined;

try {
  const options = { command, name, redact: !own.includes('--no-redact') };
  process.exitCode = await runRun(options, { cwd: process.cwd(), env: process.env }, { stderr });
} catch (error) {
  if (!(error instanceof AgentTraceError)) throw error;
  stderr.write(`agent-trace: ${error.message}\n`);
  process.exitCode = EXIT_CODES[error.code];
}
