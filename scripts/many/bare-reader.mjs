// The limit for following many sessions: `bare-reader.mjs FOLDER...` waits for `fs.watch` on each folder, reads what was
// appended to its `events.ndjson`, parses each line and prints the probes in it. It checks, counts and shows nothing.
import { openSync, readSync, watch } from 'node:fs';
import path from 'node:path';

const buffer = Buffer.alloc(1024 * 1024);
for (const folder of process.argv.slice(2)) {
  const fd = openSync(path.join(folder, 'events.ndjson'), 'r');
  let rest = '';
  const read = () => {
    const length = readSync(fd, buffer);
    const lines = (rest + buffer.toString('utf8', 0, length)).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { data } = JSON.parse(line);
      const probe = data.arguments?.command ?? data.text;
      if (probe) process.stdout.write(`${probe}\n`);
    }
  };
  watch(folder, read);
  read();
}
process.stdout.write('watching \n');
