/**
 * Parses every line of the `.jsonl` files below a folder, and does nothing else: what reading them takes at least in
 * this language. `node scripts/parse-lines.mjs FOLDER`; runs on the Node that programs of users run on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [folder = '.'] = process.argv.slice(2);
const NEWLINE = 10;
let records = 0;

for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.jsonl')) continue;
  const bytes = readFileSync(path.join(folder, name));
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    try {
      JSON.parse(bytes.toString('utf8', from, to));
      records += 1;
    } catch {
      // A broken line, or an empty one.
    }
    from = to + 1;
  }
}
console.log(records);
