/**
 * A second opinion on prices: USD per million tokens, written down by hand from the vendors' pages, for the models of
 * the samples. It shares nothing with the price data of the product.
 */
interface Rates {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly write5m?: number;
  readonly write1h?: number;
}

interface Entry {
  readonly models: RegExp;
  readonly rates: Rates;
  /** Holds for the whole request when it was sent more than `above` tokens. */
  readonly long?: { readonly above: number; readonly rates: Rates };
}

const claude = (input: number): Rates => ({
  input,
  output: input * 5,
  read: input / 10,
  write5m: input * 1.25,
  write1h: input * 2,
});

const ENTRIES: readonly Entry[] = [
  { models: /^claude-fable-5/, rates: claude(10) },
  { models: /^claude-opus-(4-[5678]|5)/, rates: claude(5) },
  { models: /^claude-opus-4(-1|-2025|$)/, rates: claude(15) },
  { models: /^claude-sonnet-5/, rates: claude(2) },
  { models: /^claude-sonnet-4-6/, rates: claude(3) },
  {
    models: /^claude-sonnet-4/,
    rates: claude(3),
    long: { above: 200_000, rates: { input: 6, output: 22.5, read: 0.6, write5m: 7.5, write1h: 12 } },
  },
  { models: /^claude-3-sonnet/, rates: claude(3) },
  { models: /^claude-haiku-4-5/, rates: claude(1) },
  { models: /^(openai\/)?gpt-5\.5/, rates: { input: 5, output: 30, read: 0.5 } },
  { models: /^gpt-5\.4/, rates: { input: 2.5, output: 15, read: 0.25 } },
  { models: /^gpt-5$/, rates: { input: 1.25, output: 10, read: 0.125 } },
  { models: /^gpt-5\.3-codex/, rates: { input: 1.75, output: 14, read: 0.175 } },
  {
    models: /^gemini-3(\.1)?-pro-preview/,
    rates: { input: 2, output: 12, read: 0.2 },
    long: { above: 200_000, rates: { input: 4, output: 18, read: 0.4 } },
  },
  { models: /^gemini-3-flash-preview/, rates: { input: 0.5, output: 3, read: 0.05 } },
  {
    models: /^gemini-2\.5-pro/,
    rates: { input: 1.25, output: 10, read: 0.125 },
    long: { above: 200_000, rates: { input: 2.5, output: 15, read: 0.25 } },
  },
  { models: /^gemini-2\.5-flash/, rates: { input: 0.3, output: 2.5, read: 0.03 } },
];

/** Tokens of one request in disjoint classes. */
export interface CountedTokens {
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly write5m: number;
  readonly write1h: number;
}

/** USD for one request, undefined for a model that the table does not have. */
export function datedPrice(model: string, tokens: CountedTokens): number | undefined {
  const entry = ENTRIES.find(({ models }) => models.test(model));
  if (!entry) return undefined;
  const sent = tokens.input + tokens.read + tokens.write5m + tokens.write1h;
  const rates = entry.long && sent > entry.long.above ? entry.long.rates : entry.rates;
  const usd =
    tokens.input * rates.input +
    tokens.output * rates.output +
    tokens.read * rates.read +
    tokens.write5m * (rates.write5m ?? rates.input) +
    tokens.write1h * (rates.write1h ?? rates.input);
  return usd / 1_000_000;
}
