import { unblockedOutput } from '../../../watcher-cli/view/unblocked-output.ts';

/** A program: writes 1 MB to stdout, more than a pipe holds, and tells on stderr how far it has come. */
const output = unblockedOutput(process.stdout);
output.on('error', (error) => process.stderr.write(`${error.message}\n`));

let left = 100;
for (let i = 0; i < 100; i++) {
  output.write(`${i} ${'x'.repeat(10_000)}\n`, () => {
    left -= 1;
    if (left === 0) process.stderr.write('all written\n');
  });
}
setTimeout(() => process.stderr.write('going on\n'), 50);
