/** Remembers some ids over reloads of the window, as `vscode.Memento` does. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'agentTrace.toldDecisions';
/** Older ones are from before the window's start, and those are not told anyway. */
const KEPT = 500;

/** Decisions that the user was told of, so that none is told twice. */
export class ToldDecisions {
  private readonly memory: Memory;
  private readonly ids: Set<string>;

  constructor(memory: Memory) {
    this.memory = memory;
    const stored = memory.get<unknown>(KEY);
    this.ids = new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []);
  }

  /** False when it was told before. */
  tell(id: string): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > KEPT && oldest !== undefined) this.ids.delete(oldest);
    void this.memory.update(KEY, [...this.ids]);
    return true;
  }
}
