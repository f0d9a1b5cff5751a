import type { Script } from 'node:vm';

// Not imported: each `require` of a bundle's own costs a hook some hundredths of a millisecond.
const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;

/** Size, times and inode of a script's file: what its code is bound to, since Node compares no texts. */
type Identity = readonly [size: number, modifiedMs: number, changedMs: number, inode: number];

/** The first line of the file: the Node that made the code, and whose it is, in the order in which it follows. */
type Head = readonly [runtime: string, ...scripts: (readonly [script: string, length: number, ...Identity])[]];

/** By the script's path in the folder. */
type Codes = Map<string, { readonly identity: Identity; readonly bytes: Buffer }>;

/** The compiled code of some scripts, in one file of its own. */
export class KeptCode {
  private readonly folder: string;
  private readonly file: string;
  private readonly codes: Codes;
  private readonly compiled = new Map<string, { readonly identity: Identity; readonly code: Script }>();

  /** `folder`: of the scripts, which may move with the file. A file that cannot be believed counts as none. */
  constructor(folder: string, file: string) {
    this.folder = folder;
    this.file = file;
    this.codes = read(file);
  }

  /** Undefined where no code is kept of the script with this identity. */
  of(script: string, identity: Identity): Buffer | undefined {
    const kept = this.codes.get(script);
    return kept && isSame(kept.identity, identity) ? kept.bytes : undefined;
  }

  /** Of this script, which was compiled from the file with this identity, is to be kept what will have been used by then. */
  add(script: string, identity: Identity, code: Script): void {
    this.compiled.set(script, { identity, code });
  }

  /** Keeps the code of what was added. Throws the system's error where it cannot be written. */
  keep(): void {
    if (this.compiled.size === 0) return;
    for (const [script, { identity, code }] of this.compiled)
      this.codes.set(script, { identity, bytes: code.createCachedData() });
    this.compiled.clear();
    const kept = [...this.codes].filter(([script, { identity }]) => this.isStill(script, identity));
    const head: Head = [
      runtime(),
      ...kept.map(([name, { identity, bytes }]) => [name, bytes.length, ...identity] as const),
    ];
    write(this.file, [Buffer.from(`${JSON.stringify(head)}\n`), ...kept.map(([, { bytes }]) => bytes)]);
  }

  /** Of the script as it is now: to be asked for before it is read. Throws the system's error when there is none. */
  identityOf(script: string): Identity {
    const { size, mtimeMs, ctimeMs, ino } = fs.statSync(`${this.folder}/${script}`);
    return [size, mtimeMs, ctimeMs, ino];
  }

  /** A script that was replaced since it was compiled would be taken for what it was. */
  private isStill(script: string, identity: Identity): boolean {
    try {
      return isSame(identity, this.identityOf(script));
    } catch {
      return false;
    }
  }
}

function isSame(one: Identity, other: Identity): boolean {
  return one.every((value, index) => value === other[index]);
}

function read(file: string): Codes {
  const codes: Codes = new Map();
  try {
    const bytes = readOwn(file);
    let start = bytes.indexOf('\n') + 1;
    const [madeBy, ...scripts] = JSON.parse(bytes.toString('utf8', 0, start)) as Head;
    if (madeBy !== runtime()) return codes;
    for (const [script, length, ...identity] of scripts) {
      codes.set(script, { identity, bytes: bytes.subarray(start, start + length) });
      start += length;
    }
  } catch {
    // There is none, or none of ours.
  }
  return codes;
}

/** Throws when there is none, and when another user could have written it. */
function readOwn(file: string): Buffer {
  // O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer.
  const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    const uid = process.getuid?.();
    const isForgeable = uid !== undefined && ((stat.uid !== uid && stat.uid !== 0) || (stat.mode & 0o022) !== 0);
    if (!stat.isFile() || isForgeable) throw new Error(`${file} is not believed`);
    const bytes = Buffer.allocUnsafeSlow(stat.size);
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, stat.size, 0));
  } finally {
    fs.closeSync(fd);
  }
}

/** Whole or not at all, also when the machine stops: Node checks how much code there is, and would end by what is damaged. */
function write(file: string, pieces: readonly Buffer[]): void {
  const temporary = `${file}.${process.pid}.tmp`;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const fd = fs.openSync(temporary, 'wx', 0o644);
  try {
    fs.writeFileSync(fd, Buffer.concat(pieces));
    fs.fsyncSync(fd);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** The Node that we run on, with its options: code is refused by a Node that was started with others. */
export function runtime(): string {
  const { execPath, version, versions, arch, execArgv, env } = process;
  return [execPath, version, versions.v8, arch, env.NODE_OPTIONS, ...execArgv].join(' ');
}
