import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { wholeFileIssue } from '../../common/rules/reading/rule-issue.ts';
import type { RuleIssue } from '../../common/rules/rule.ts';

/** Bytes. A thousand rules take a tenth of it; a larger one would hold up the watcher while it is parsed. */
export const MAX_RULE_FILE_BYTES = 256 * 1024;

export type RuleText = { readonly text: string } | { readonly missing: true } | { readonly issue: RuleIssue };

/** What is said of a file of more than `MAX_RULE_FILE_BYTES`. */
export const TOO_LARGE = wholeFileIssue(
  `the file is larger than ${MAX_RULE_FILE_BYTES / 1024} KiB`,
  'use fewer rules and wider globs',
);

/** What to do when the path itself is a symbolic link. */
export type LinkPolicy = 'follow links' | 'refuse links';

const LINK: RuleText = {
  issue: wholeFileIssue(
    'the file is a symbolic link, which is not followed',
    'put a regular file in its place, or name the file you mean on the command line',
  ),
};

/**
 * Reads a small text file without trust: never waits (a FIFO, a device and a directory are refused), never reads more
 * than the cap, accepts UTF-8 only. `missing` when there is nothing at the path at all. Never throws.
 */
export async function readRuleText(path: string, links: LinkPolicy = 'follow links'): Promise<RuleText> {
  const refuseLinks = links === 'refuse links';
  let file: FileHandle | undefined;
  try {
    // Opening a device can have effects; a FIFO that takes the file's place now is opened without waiting.
    const found = await (refuseLinks ? lstat : stat)(path);
    if (found.isSymbolicLink()) return LINK;
    if (!found.isFile()) return notRegular(found);
    const noFollow = refuseLinks ? (constants.O_NOFOLLOW ?? 0) : 0;
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | noFollow);
    const opened = await file.stat();
    if (!opened.isFile()) return notRegular(opened);
    return await readText(file);
  } catch (error) {
    if (refuseLinks && error instanceof Error && 'code' in error && error.code === 'ELOOP') return LINK;
    return await fromSystemError(path, error);
  } finally {
    await file?.close().catch(() => {});
  }
}

async function readText(file: FileHandle): Promise<RuleText> {
  const bytes = Buffer.alloc(MAX_RULE_FILE_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > MAX_RULE_FILE_BYTES) return { issue: TOO_LARGE };
  return decode(bytes.subarray(0, length));
}

function decode(bytes: Buffer): RuleText {
  try {
    // Drops a byte order mark.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const valid = bytes.toString('utf8');
    const differs = [...Buffer.from(valid, 'utf8')].findIndex((byte, index) => byte !== bytes[index]);
    const before = bytes.subarray(0, Math.max(0, differs)).toString('utf8').split('\n');
    const line = before.length;
    const column = (before.at(-1)?.length ?? 0) + 1;
    const hint = 'save the file as UTF-8';
    return { issue: { line, column, text: '', message: 'the file is not UTF-8 here', hint } };
  }
}

function notRegular(stats: Stats): RuleText {
  const kind = stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a FIFO' : 'a device or socket';
  return { issue: wholeFileIssue(`this is ${kind}, not a file`, 'put a regular file in its place') };
}

const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['no permission to read the file', 'make it readable for you, for example with chmod u+r'],
  EPERM: ['no permission to read the file', 'make it readable for you, for example with chmod u+r'],
  ELOOP: ['the link goes round in a circle', 'put a regular file in its place'],
  ENXIO: ['this is a socket, not a file', 'put a regular file in its place'],
};

async function fromSystemError(path: string, error: unknown): Promise<RuleText> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const isLink = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isLink) return { missing: true };
    return { issue: wholeFileIssue('the link points to nothing', 'mend the link, or remove it') };
  }
  const [message, hint] = REASONS[code] ?? [`the file cannot be read (${code})`, 'see that the file can be read'];
  return { issue: wholeFileIssue(message, hint) };
}
