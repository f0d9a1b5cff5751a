import { asRecord, parseJson } from '../json.ts';

/** A record that was found inside a broken line. */
export interface SlicedRecord {
  readonly text: string;
  /** UTF-16 units from the beginning of the line. */
  readonly offset: number;
}

/** How many beginnings are tried: a line of a megabyte has thousands of places that look like one. */
const MOST_TRIES = 64;

/**
 * The whole records on a line that does not parse: where a writer was cut off and another went on behind it, a broken
 * piece is followed by a whole record; where a newline was lost, two whole ones stand in a row.
 */
export function sliceRecords(line: string): readonly SlicedRecord[] {
  const joint = line.startsWith('{') ? splitAtJoint(line) : [];
  if (joint.length > 0) return joint;
  let tries = 0;
  for (let at = line.indexOf('{"', 1); at > 0 && tries < MOST_TRIES; at = line.indexOf('{"', at + 1)) {
    tries += 1;
    const text = line.slice(at);
    if (asRecord(parseJson(text))) return [{ text, offset: at }];
  }
  return [];
}

/** Two records without a newline between them; a joint that stands inside a string of the first is none. */
function splitAtJoint(line: string): readonly SlicedRecord[] {
  let tries = 0;
  for (let at = line.indexOf('}{"'); at > 0 && tries < MOST_TRIES; at = line.indexOf('}{"', at + 1)) {
    tries += 1;
    const [first, second] = [line.slice(0, at + 1), line.slice(at + 1)];
    if (!asRecord(parseJson(first))) continue;
    const rest = asRecord(parseJson(second)) ? [{ text: second, offset: 0 }] : sliceRecords(second);
    return [{ text: first, offset: 0 }, ...rest.map(({ text, offset }) => ({ text, offset: offset + at + 1 }))];
  }
  return [];
}
