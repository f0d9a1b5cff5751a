/** What a test has to undo. All of it is undone, newest first, also when something in between fails. */
export class Cleanups {
  readonly #pending: (() => Promise<void> | void)[] = [];

  add(cleanup: () => Promise<void> | void): void {
    this.#pending.push(cleanup);
  }

  /** Throws the first failure, after everything has been tried. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const cleanup of this.#pending.splice(0).reverse()) {
      try {
        await cleanup();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
