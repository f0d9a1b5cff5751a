import { enlarged } from '../enlarged.ts';
import { fnv1a } from '../hash.ts';
import { PackedTexts } from '../packed-texts.ts';

/** No recorder gives ids longer than this. Code units. */
const LONGEST = 512;
const FIRST_SLOTS = 256;
const FIRST_ENTRIES = 64;
/** A third more at a time, as `StreamColumns` does. */
const GROWTH = 4 / 3;

/**
 * Ids of events and the rows they belong to. Hundreds of thousands of strings in a `Map` would take more memory than
 * all else that is kept of them, so they are packed, and found by a table of hashes. Ids are compared in full: two of the
 * same hash stay two.
 */
export class StreamIds {
  private readonly ids = new PackedTexts();
  private rows = new Uint32Array(0);
  /** Of each entry: a larger table is filled without a look at the ids themselves. */
  private hashes = new Uint32Array(0);
  /** Entry + 1 at each slot; 0 where there is none. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private readonly seed: number;

  /** `seed`: 32 bits that the author of the ids does not know, or the ids could be made to share one slot. */
  constructor(seed: number) {
    this.seed = seed;
  }

  get length(): number {
    return this.ids.size;
  }

  /** Gives the number under which `get` knows the id. One that is there already must not be added again. */
  add(id: string, row: number): number {
    const entry = this.length;
    if ((entry + 1) * 4 > this.slots.length * 3) this.rehash();
    if (entry === this.rows.length) {
      const room = Math.max(FIRST_ENTRIES, Math.ceil(entry * GROWTH));
      this.rows = enlarged(this.rows, new Uint32Array(room));
      this.hashes = enlarged(this.hashes, new Uint32Array(room));
    }
    const hash = hashOf(id, this.seed);
    this.rows[entry] = row;
    this.hashes[entry] = hash;
    this.ids.push(id);
    this.slots[this.freeSlot(hash)] = entry + 1;
    return entry;
  }

  /** The row that the id was added with. */
  find(id: string): number | undefined {
    const mask = this.slots.length - 1;
    const hash = hashOf(id, this.seed);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.slots[slot] ?? 0) - 1;
      if (entry < 0) return undefined;
      if (this.hashes[entry] === hash && this.ids.is(entry, id)) return this.rows[entry];
    }
  }

  get(entry: number): string {
    return this.ids.at(entry);
  }

  /** The empty place for an id that is not there yet. */
  private freeSlot(hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }

  private rehash(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let entry = 0; entry < this.length; entry++) this.slots[this.freeSlot(this.hashes[entry] ?? 0)] = entry + 1;
  }
}

/** How an event id is kept, given to the page and compared: as it is, unless it is absurdly long. */
export function rowId(eventId: string): string {
  return eventId.length <= LONGEST ? eventId : `${eventId.slice(0, LONGEST)}+${fnv1a(eventId)}`;
}

/** FNV-1a over the code units from a start of its own, mixed once more: the table uses the low bits only. */
function hashOf(id: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
