import { checkPathGlob } from '../../rules/matching/path-glob.ts';
import type { Counted } from './counted.ts';

/** Names kept of one tree; what is beyond counts for the folder it lies in, as a whole. */
const MAX_NAMES = 20_000;
/** Files of one folder that are named each for itself. */
const FEW_FILES = 2;
/** Folders of a folder without files that are named each for itself. */
const FEW_FOLDERS = 3;
/** Files beside each other in a folder that is too wide to be allowed whole. */
const MANY_FILES = 12;

interface Folder {
  readonly folders: Map<string, Folder>;
  /** Calls by the name of a file. */
  readonly files: Map<string, number>;
  /** Calls of what is below it and has no names any more. */
  rest: number;
}

/** How the paths of a tree are written as globs. */
export interface TreeStyle {
  /** The parts of a path as the beginning of a glob; without wildcards in it. */
  readonly start: (parts: readonly string[]) => string;
  /** Folders that are too wide to be allowed with all below them, such as the root or the user's own. */
  readonly isTooWide: (parts: readonly string[]) => boolean;
}

/** Files that were touched, by folder; makes few globs of many names. */
export class PathTree {
  private readonly root = newFolder();
  private names = 0;

  /** `parts`: names from the root of the tree on. */
  add(parts: readonly string[]): void {
    let folder = this.root;
    for (const name of parts.slice(0, -1)) {
      const next = folder.folders.get(name) ?? (this.names < MAX_NAMES ? newFolder() : undefined);
      if (!next) {
        folder.rest += 1;
        return;
      }
      if (!folder.folders.has(name)) {
        folder.folders.set(name, next);
        this.names += 1;
      }
      folder = next;
    }
    const name = parts.at(-1) ?? '';
    const before = folder.files.get(name);
    if (before === undefined && this.names >= MAX_NAMES) {
      folder.rest += 1;
      return;
    }
    if (before === undefined) this.names += 1;
    folder.files.set(name, (before ?? 0) + 1);
  }

  /** Globs that match every path of the tree, the most used first. Those that are no globs are no paths of files either. */
  globs(style: TreeStyle): readonly Counted[] {
    const all = globsOf(this.root, [], style);
    // A folder that was listed is a file of its parent, too.
    const folders = new Set(all.map(({ text }) => text).filter((text) => text.endsWith('/**')));
    const kept = all.filter(({ text }) => !folders.has(`${text.replace(/^\.\//, '')}/**`));
    return kept.toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  }
}

function newFolder(): Folder {
  return { folders: new Map(), files: new Map(), rest: 0 };
}

function globsOf(folder: Folder, at: readonly string[], style: TreeStyle): readonly Counted[] {
  const total = countOf(folder);
  const isTooWide = style.isTooWide(at);
  const whole = (): readonly Counted[] => [{ text: below(style.start(at), '**'), count: total }];
  const each = (): readonly Counted[] => [
    ...filesOf(folder, at, style),
    ...[...folder.folders].flatMap(([name, inner]) => globsOf(inner, [...at, name], style)),
  ];
  if (isTooWide) return each();
  if (folder.rest > 0 || !isWritable(style.start(at))) return whole();
  const few = filesBelow(folder, FEW_FILES + 1) <= FEW_FILES;
  const isPassage = folder.files.size === 0 && folder.folders.size <= FEW_FOLDERS;
  if (!few && !isPassage) return whole();
  const globs = each();
  // A name that no glob can be written for.
  return globs.every(({ text }) => isWritable(text)) ? globs : whole();
}

function filesOf(folder: Folder, at: readonly string[], style: TreeStyle): readonly Counted[] {
  const sum = [...folder.files.values()].reduce((one, other) => one + other, folder.rest);
  if (folder.rest > 0) return [{ text: below(style.start(at), '**'), count: sum }];
  if (folder.files.size > MANY_FILES) return [{ text: `${style.start(at)}/*`, count: sum }];
  return [...folder.files].map(([name, count]) => ({ text: style.start([...at, name]), count }));
}

/** The `./` of a name by itself is not needed in front of more; a name that means something else keeps it. */
function below(start: string, glob: string): string {
  return `${start.replace(/^\.\/(?![!~]|[A-Za-z]:$)/, '')}/${glob}`;
}

function countOf({ files, folders, rest }: Folder): number {
  let count = rest;
  for (const each of files.values()) count += each;
  for (const each of folders.values()) count += countOf(each);
  return count;
}

/** How many files lie below; counts no further than `enough`. */
function filesBelow({ files, folders }: Folder, enough: number): number {
  let count = files.size;
  for (const folder of folders.values()) {
    if (count >= enough) break;
    count += filesBelow(folder, enough - count);
  }
  return count;
}

function isWritable(glob: string): boolean {
  return checkPathGlob(glob) === undefined;
}
