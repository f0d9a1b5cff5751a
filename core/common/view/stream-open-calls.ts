/** Calls, and requests to the model, that have no end yet. The newest of one name is found in constant time. */
export class StreamOpenCalls {
  private readonly names = new Map<number, string>();
  /** Rows of each name, oldest first; ended ones are taken off when they come to the top. */
  private readonly stacks = new Map<string, number[]>();

  /** In order of appearance. */
  get rows(): readonly number[] {
    return [...this.names.keys()];
  }

  add(row: number, name: string): void {
    this.names.set(row, name);
    const stack = this.stacks.get(name);
    if (!stack) this.stacks.set(name, [row]);
    else this.trim(stack).push(row);
  }

  has(row: number): boolean {
    return this.names.has(row);
  }

  delete(row: number): void {
    this.names.delete(row);
  }

  newest(name: string): number | undefined {
    const stack = this.stacks.get(name);
    return stack && this.trim(stack).at(-1);
  }

  clear(): void {
    this.names.clear();
    this.stacks.clear();
  }

  private trim(stack: number[]): number[] {
    for (let top = stack.at(-1); top !== undefined && !this.names.has(top); top = stack.at(-1)) stack.pop();
    return stack;
  }
}
