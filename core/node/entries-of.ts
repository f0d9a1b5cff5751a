import { type Dirent, readdirSync } from 'node:fs';

/** What a folder holds; empty for what is no folder or cannot be read. */
export function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
