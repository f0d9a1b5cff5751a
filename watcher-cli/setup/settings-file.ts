import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, realpath, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '../../core/common/error-text.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';

const BOM = '\uFEFF';
/** Longest chain of symbolic links followed to a file that does not exist yet. */
const MAX_LINKS = 40;

/** A settings file as it stands on disk, with what is needed to write it back in its own way. */
export interface SettingsFile {
  /** As the user knows it. */
  readonly file: string;
  /** Where it really is: behind symbolic links. */
  readonly target: string;
  /** Without byte order mark; undefined when there is no file. */
  readonly text: string | undefined;
  readonly bom: boolean;
  /** Permission bits; undefined for a new file, which gets what the umask leaves. */
  readonly mode: number | undefined;
}

/** Throws AgentTraceError `bad-settings` when there is something that cannot be read as a text file. */
export async function readSettings(file: string): Promise<SettingsFile> {
  const target = await followLinks(file);
  const missing: SettingsFile = { file, target, text: undefined, bom: false, mode: undefined };
  try {
    // Without O_NONBLOCK a FIFO would wait for a writer for ever.
    const handle = await open(target, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new AgentTraceError('bad-settings', `${file} is not a regular file; move it away`);
      const text = decode(file, await handle.readFile());
      const bom = text.startsWith(BOM);
      return { ...missing, text: bom ? text.slice(1) : text, bom, mode: stat.mode & 0o7777 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return missing;
    throw unusable('read', file, error);
  }
}

/**
 * Puts `text` in the file's place, whole or not at all (temporary file and rename), with the file's own permissions.
 * Missing folders are created. Throws AgentTraceError `bad-settings` with the way out when that is not possible.
 */
export async function writeSettings({ file, target, bom, mode }: SettingsFile, text: string): Promise<void> {
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(path.dirname(target), { recursive: true });
    const handle = await open(temporary, 'wx', mode ?? 0o666);
    try {
      await handle.writeFile(bom ? BOM + text : text);
      // The mode given to `open` is cut by the umask.
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unusable('write', file, error);
  }
}

/**
 * Removes a file that only we wrote, and its folder when nothing else is in it. A symbolic link stays, and its target
 * with `{}`. Throws AgentTraceError `bad-settings` when that is not possible.
 */
export async function removeSettings(settings: SettingsFile): Promise<void> {
  const { file, target } = settings;
  if ((await lstat(file)).isSymbolicLink()) return writeSettings(settings, '{}\n');
  try {
    await rm(target);
  } catch (error) {
    throw unusable('remove', file, error);
  }
  await rmdir(path.dirname(file)).catch(() => undefined);
}

async function followLinks(file: string): Promise<string> {
  let target = file;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    try {
      return await realpath(target);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw unusable('read', file, error);
    }
    const next = await readlink(target).catch(() => undefined);
    if (next === undefined) return target;
    target = path.resolve(path.dirname(target), next);
  }
  throw new AgentTraceError('bad-settings', `${file} is a symbolic link that leads nowhere; remove it`);
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AgentTraceError(
      'bad-settings',
      `${file} is not UTF-8 text; it was left as it is. Save it as UTF-8 and set up the hooks again.`,
    );
  }
}

function unusable(verb: string, file: string, error: unknown): AgentTraceError {
  if (error instanceof AgentTraceError) return error;
  const reason = errorText(error);
  return new AgentTraceError(
    'bad-settings',
    `cannot ${verb} ${file}: ${reason}\nRepair its permissions, or take the hooks from \`agent-trace setup --print\` and put them in by hand.`,
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
