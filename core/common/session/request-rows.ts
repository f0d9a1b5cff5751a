import type { RequestUsage } from '../cost/usage.ts';
import { HashedNumbers } from './hashed-numbers.ts';
import { PackedTexts } from './packed-texts.ts';
import type { Guess, PricedRequest, RequestsById } from './priced-request.ts';

/** What many requests have in common. */
interface Kind extends Pick<PricedRequest, 'model' | 'guessed'> {
  readonly extras: Pick<RequestUsage, 'speed' | 'inference_geo' | 'service_tier'>;
}

/** Rows of numbers that are allotted at once: none is copied when there come more. */
const BLOCK_ROWS = 1024;
/** In a row: which kind, then time, price (NaN for none) and the counts of tokens in the order of `write`. */
const COLUMNS = 10;

/**
 * The requests of a session in a row of numbers each, a fifth of what they take as objects; a long session has hundreds
 * of thousands. They are made objects again when they are asked for.
 */
export class RequestRows implements RequestsById {
  private readonly rows = new HashedNumbers();
  private readonly ids = new PackedTexts();
  private readonly blocks: Float64Array[] = [];
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
      if (row % BLOCK_ROWS === 0) this.blocks.push(new Float64Array(BLOCK_ROWS * COLUMNS));
    }
    this.write(row, request);
  }

  private write(row: number, { model, usage, at, microUsd, guessed }: PricedRequest): void {
    const block = this.blockOf(row);
    const from = (row % BLOCK_ROWS) * COLUMNS;
    block[from] = this.kindOf(model, usage, guessed);
    block[from + 1] = at;
    block[from + 2] = microUsd ?? Number.NaN;
    block[from + 3] = usage.input;
    block[from + 4] = usage.output;
    block[from + 5] = usage.cache_read;
    block[from + 6] = usage.cache_write_5m;
    block[from + 7] = usage.cache_write_1h;
    block[from + 8] = usage.reasoning ?? 0;
    block[from + 9] = usage.web_searches ?? 0;
  }

  private read(row: number, id: string): PricedRequest {
    const from = (row % BLOCK_ROWS) * COLUMNS;
    const [
      kind = 0,
      at = 0,
      microUsd = Number.NaN,
      input = 0,
      output = 0,
      cache_read = 0,
      cache_write_5m = 0,
      cache_write_1h = 0,
      reasoning = 0,
      web_searches = 0,
    ] = this.blockOf(row).subarray(from, from + COLUMNS);
    const { model, guessed, extras } = this.kinds[kind] as Kind;
    return {
      id,
      model,
      usage: {
        input,
        output,
        cache_read,
        cache_write_5m,
        cache_write_1h,
        ...(reasoning > 0 && { reasoning }),
        ...(web_searches > 0 && { web_searches }),
        ...extras,
      },
      at,
      microUsd: Number.isNaN(microUsd) ? undefined : microUsd,
      guessed,
    };
  }

  private blockOf(row: number): Float64Array {
    return this.blocks[Math.floor(row / BLOCK_ROWS)] as Float64Array;
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
