import { lineCount } from '../patch-ranges.ts';

/** What a patch in Codex's own form (`*** Begin Patch`) does to one file. */
export interface PatchedFile {
  /** As the patch names it; the new name where it is moved. */
  readonly path: string;
  readonly kind: 'add' | 'update' | 'delete';
  /** Lines of the patch about this file. */
  readonly text: string;
  /** Lines of a file that is added. */
  readonly addedLines: number;
}

/** The files of a patch, in its order; none when the text holds no patch. */
export function patchedFiles(patch: string): readonly PatchedFile[] {
  const files: { path: string; kind: PatchedFile['kind']; lines: string[] }[] = [];
  for (const line of patch.split('\n')) {
    if (/^\*\*\* (?:Begin|End) Patch/.test(line)) continue;
    const header = /^\*\*\* (Add|Update|Delete) File: (.+?)\s*$/.exec(line);
    const moved = /^\*\*\* Move to: (.+?)\s*$/.exec(line)?.[1];
    const current = files.at(-1);
    if (header?.[1] && header[2]) {
      files.push({ path: header[2], kind: kindOf(header[1]), lines: [line] });
    } else if (current) {
      if (moved) current.path = moved;
      current.lines.push(line);
    }
  }
  return files.map(({ path, kind, lines }) => ({
    path,
    kind,
    text: lines.join('\n'),
    addedLines: kind === 'add' ? lineCount(lines.filter((line) => line.startsWith('+')).join('\n')) : 0,
  }));
}

function kindOf(verb: string): PatchedFile['kind'] {
  return verb === 'Add' ? 'add' : verb === 'Delete' ? 'delete' : 'update';
}
