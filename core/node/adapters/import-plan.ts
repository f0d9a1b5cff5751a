import type { NativeFile } from './native-agent.ts';
import { agentNamed } from './native-agents.ts';

/** The files of one session and its subagents; its own before theirs. */
export interface NativeFamily {
  /** Place among all, from 0. */
  readonly at: number;
  readonly files: readonly NativeFile[];
}

/** Families that may tell of the same session: to be read one after the other. Plain data. */
export type ImportUnit = readonly NativeFamily[];

/** The families that files make up, in the order of their first files. */
export function familiesOf(files: Iterable<NativeFile>): readonly NativeFamily[] {
  const byRoot = new Map<string, NativeFile[]>();
  for (const file of files) {
    // The id of a subagent alone, whose session the path does not tell, may be that of another's subagent too.
    const root = file.parent ?? file.session;
    const key = `${file.agent} ${root || file.path}`;
    const family = byRoot.get(key);
    if (!family) byRoot.set(key, [file]);
    else if (file.parent === undefined) family.unshift(file);
    else family.push(file);
  }
  return [...byRoot.values()].map((family, at) => ({ at, files: family }));
}

/** The families in units that have nothing to do with each other, so that they may be read at once. */
export function unitsOf(families: readonly NativeFamily[]): readonly ImportUnit[] {
  const units = new Map<string, NativeFamily[]>();
  for (const family of families) {
    const [first] = family.files;
    const root = first && agentNamed(first.agent)?.root?.(first);
    // Of agents whose files do not tell, all are one unit.
    const key = `${first?.agent} ${root ?? ''}`;
    const unit = units.get(key);
    if (unit) unit.push(family);
    else units.set(key, [family]);
  }
  return [...units.values()];
}
