import { createRequire } from 'node:module';
import path from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';

/**
 * The price book that lies beside a bundled program, loaded when the first price is asked for, and the tokenizer, loaded
 * for the first text: their data is larger than any of the programs, and many a run of them needs none. `folder`: the
 * program's. `load`: gives what a bundle there exports, as `require` does by default.
 */
export function bundledPriceBook(folder: string, load: (name: string) => unknown = requireIn(folder)): PriceBook {
  let book: PriceBook | undefined;
  let tokenizer: typeof import('../../common/cost/token-counter.ts') | undefined;
  const loaded = (): PriceBook => {
    book ??= (load('prices.cjs') as typeof import('../../common/cost/genai-price-book.ts')).genaiPriceBook();
    return book;
  };
  return {
    price: (model, usage, at) => loaded().price(model, usage, at),
    contextWindow: (model) => loaded().contextWindow(model),
    countTokens: (text) => {
      tokenizer ??= load('tokenizer.cjs') as typeof import('../../common/cost/token-counter.ts');
      return tokenizer.countTokens(text);
    },
  };
}

function requireIn(folder: string): (name: string) => unknown {
  return (name) => createRequire(path.join(folder, name))(`./${name}`);
}
