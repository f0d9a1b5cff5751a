/**
 * Parses every line of one file, and does nothing else: `readFileSync`, split, `JSON.parse`. What is longer than a string
 * may be is cut into lines as bytes. `node scripts/parse-file.mjs FILE`.
 */
import { constants } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

const [file = ''] = process.argv.slice(2);
const NEWLINE = 10;
let records = 0;

function parse(line) {
  if (line === '') return;
  JSON.parse(line);
  records += 1;
}

if (statSync(file).size <= constants.MAX_STRING_LENGTH) {
  for (const line of readFileSync(file, 'utf8').split('\n')) parse(line);
} else {
  const bytes = readFileSync(file);
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    parse(bytes.toString('utf8', from, to));
    from = to + 1;
  }
}
console.log(records);
