import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** How a benchmark runs: `--json` for programs, `--quick` only to see that it does run. */
export interface BenchMode {
  readonly json: boolean;
  readonly quick: boolean;
}

/** A size that an option changes: what it is without, and with `--quick`. */
type Sizes = Readonly<Record<string, readonly [usual: number, quick: number]>>;

type Others<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ readonly options: Options }>
>['values'];

/** Reads the options of a benchmark; sizes are whole numbers from 1. Throws on others. */
export function benchOptions<Size extends Sizes, Options extends ParseArgsOptionsConfig = Record<never, never>>(
  sizes: Size,
  others?: Options,
): BenchMode & { readonly [Name in keyof Size]: number } & Others<Options> {
  const sizeOptions = Object.fromEntries(Object.keys(sizes).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({
    options: { ...sizeOptions, ...others, json: { type: 'boolean' }, quick: { type: 'boolean' } },
  });
  const mode = { json: values.json === true, quick: values.quick === true };
  const given = Object.entries(sizes).map(([name, [usual, quick]]) => {
    const word = (values as Readonly<Record<string, unknown>>)[name];
    const number = word === undefined ? (mode.quick ? quick : usual) : Number(word);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1, not ${word}`);
    return [name, number] as const;
  });
  return { ...values, ...mode, ...Object.fromEntries(given) } as ReturnType<typeof benchOptions<Size, Options>>;
}
