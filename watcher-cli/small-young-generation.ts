/** Commands that read the events of a store. */
const READERS: ReadonlySet<string> = new Set(['watch', 'list', 'status', 'cost']);

/**
 * Keeps V8 from enlarging its young generation step by step, to 48 MB and more, for a command that reads events: next to
 * none of them outlives the next collection, so that it is no faster with a large one, as an import is. To be called
 * before any compiled code is loaded, which V8 takes only with the options that it was made with.
 */
export function keepYoungGenerationSmall(command: string): void {
  if (READERS.has(command)) process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
