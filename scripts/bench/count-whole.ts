/**
 * A program by itself: comes to the state of a session as ours does, but reads its events whole and parses every line.
 * Prints how many calls there were. One argument: the file of events.
 */
import { readFileSync } from 'node:fs';
import { genaiPriceBook } from '../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../core/common/session/session-fold.ts';

const fold = new SessionFold('whole', genaiPriceBook());
for (const line of readFileSync(process.argv[2] ?? '', 'utf8').split('\n'))
  if (line !== '') fold.apply(JSON.parse(line));
process.stdout.write(String(fold.state.toolCalls));
