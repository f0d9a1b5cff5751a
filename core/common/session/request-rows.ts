import type { RequestUsage } from '../cost/usage.ts';
import { PackedTexts } from '../packed-texts.ts';
import { HashedNumbers } from './hashed-numbers.ts';
import type { Guess, PricedRequest, RequestsById } from './priced-request.ts';

/** What many requests have in common. */
interface Kind extends Pick<PricedRequest, 'model' | 'guessed'> {
  readonly extras: Pick<RequestUsage, 'speed' | 'inference_geo' | 'service_tier'>;
}

/** Rows of numbers that are allotted at once: none is copied when there come more. */
const BLOCK_ROWS = 128;

/** Of each row its time and price (NaN for none), and as whole numbers its kind and its counts in the order of `countsOf`. */
interface Block {
  readonly facts: Float64Array;
  readonly counts: Uint32Array;
}

const FACTS = 2;
const COUNTS = 8;
const MOST = 2 ** 32 - 1;

/**
 * The requests of a session in a row of numbers each, a seventh of what they take as objects; a long session has hundreds
 * of thousands. They are made objects again when they are asked for.
 */
export class RequestRows implements RequestsById {
  private readonly rows = new HashedNumbers();
  private readonly ids = new PackedTexts();
  private readonly blocks: Block[] = [];
  /** By row, those that count more than a row can say. */
  private readonly others = new Map<number, PricedRequest>();
  private readonly kinds: Kind[] = [];
  private readonly kindNumbers = new Map<string, number>();
  /** The kind of the newest request, which as a rule is that of the next one. */
  private newest = 0;

  get size(): number {
    return this.ids.size;
  }

  get(id: string): PricedRequest | undefined {
    const row = this.rows.get(id);
    return row === undefined ? undefined : this.read(row, id);
  }

  *values(): IterableIterator<PricedRequest> {
    for (let row = 0; row < this.size; row += 1) yield this.read(row, this.ids.at(row));
  }

  /** Takes the place of what was known of the same request. */
  set(request: PricedRequest): void {
    const row = this.rows.add(request.id, this.size);
    if (row === this.size) {
      this.ids.push(request.id);
      if (row % BLOCK_ROWS === 0) this.blocks.push(newBlock());
    }
    this.write(row, request);
  }

  private write(row: number, request: PricedRequest): void {
    const { model, usage, at, microUsd, guessed } = request;
    const counted = countsOf(usage);
    if (counted.some((count) => count > MOST)) {
      this.others.set(row, request);
      return;
    }
    this.others.delete(row);
    const { facts, counts } = this.blockOf(row);
    const place = row % BLOCK_ROWS;
    facts[place * FACTS] = at;
    facts[place * FACTS + 1] = microUsd ?? Number.NaN;
    counts[place * COUNTS] = this.kindOf(model, usage, guessed);
    counts.set(counted, place * COUNTS + 1);
  }

  private read(row: number, id: string): PricedRequest {
    const other = this.others.get(row);
    if (other) return other;
    const { facts, counts } = this.blockOf(row);
    const place = row % BLOCK_ROWS;
    const [at = 0, microUsd = Number.NaN] = facts.subarray(place * FACTS);
    const [kind = 0, input = 0, output = 0, cache_read = 0, cache_write_5m = 0, cache_write_1h = 0, ...rest] =
      counts.subarray(place * COUNTS, (place + 1) * COUNTS);
    const [reasoning = 0, web_searches = 0] = rest;
    const { model, guessed, extras } = this.kinds[kind] as Kind;
    return {
      id,
      model,
      usage: {
        ...{ input, output, cache_read, cache_write_5m, cache_write_1h },
        ...(reasoning > 0 && { reasoning }),
        ...(web_searches > 0 && { web_searches }),
        ...extras,
      },
      at,
      microUsd: Number.isNaN(microUsd) ? undefined : microUsd,
      guessed,
    };
  }

  private blockOf(row: number): Block {
    return this.blocks[Math.floor(row / BLOCK_ROWS)] as Block;
  }

  private kindOf(model: string, usage: RequestUsage, guessed: readonly Guess[]): number {
    if (!isOfKind(this.kinds[this.newest], model, usage, guessed)) this.newest = this.findKind(model, usage, guessed);
    return this.newest;
  }

  private findKind(
    model: string,
    { speed, inference_geo, service_tier }: RequestUsage,
    guessed: readonly Guess[],
  ): number {
    const key = JSON.stringify([model, speed, inference_geo, service_tier, guessed]);
    const known = this.kindNumbers.get(key);
    if (known !== undefined) return known;
    const extras = {
      ...(speed !== undefined && { speed }),
      ...(inference_geo !== undefined && { inference_geo }),
      ...(service_tier !== undefined && { service_tier }),
    };
    const number = this.kinds.push({ model, guessed, extras }) - 1;
    this.kindNumbers.set(key, number);
    return number;
  }
}

function newBlock(): Block {
  return { facts: new Float64Array(BLOCK_ROWS * FACTS), counts: new Uint32Array(BLOCK_ROWS * COUNTS) };
}

function countsOf(usage: RequestUsage): readonly number[] {
  const { input, output, cache_read, cache_write_5m, cache_write_1h, reasoning = 0, web_searches = 0 } = usage;
  return [input, output, cache_read, cache_write_5m, cache_write_1h, reasoning, web_searches];
}

function isOfKind(kind: Kind | undefined, model: string, usage: RequestUsage, guessed: readonly Guess[]): boolean {
  return (
    kind !== undefined &&
    kind.model === model &&
    kind.extras.speed === usage.speed &&
    kind.extras.inference_geo === usage.inference_geo &&
    kind.extras.service_tier === usage.service_tier &&
    kind.guessed.length === guessed.length &&
    kind.guessed.every((guess, at) => guess === guessed[at])
  );
}
