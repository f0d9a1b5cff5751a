/** The newest ids of a stream, at most so many: what is recorded twice comes close together. */
export class RecentIds {
  private readonly ids = new Set<string>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** False when it is there already. */
  add(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > this.limit) for (const oldest of this.ids) return this.ids.delete(oldest);
    return true;
  }
}
