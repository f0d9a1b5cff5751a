import type { Script } from 'node:vm';
import { fnv1a } from '../../core/common/hash.ts';

// Not imported: each `require` of a bundle's own costs a hook some hundredths of a millisecond.
const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const vm = process.getBuiltinModule('node:vm');

/** In the folder of the bundles: who can write there can replace the bundles, too, and nobody names it to a hook. */
const FOLDER = 'code';
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;

/**
 * Loads CommonJS bundles from their compiled code: to compile a program anew takes a hook longer than to run it. What is
 * kept is what one run has used, since the time to read code grows with it.
 */
export class CodeCache {
  private readonly folder: string;
  private readonly suffix: string;
  private readonly require: (id: string) => unknown;
  private readonly compiled: { readonly file: string; readonly script: Script }[] = [];

  /** `folder`: of the bundles. `use`: how they are run; another use keeps code of its own. */
  constructor(folder: string, use: string, requireNode: (id: string) => unknown) {
    this.folder = folder;
    this.suffix = fnv1a(`${runtime()} ${use}`);
    this.require = requireNode;
  }

  /** What a bundle exports. Throws the system's error when there is none. */
  load<T>(name: string): T {
    const file = path.join(this.folder, name);
    const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(file, 'utf8')}\n})`;
    const cachedData = readCode(this.codeFile(file), file);
    const script = new vm.Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
    // Code that this Node refuses, because of how it was started, is good for others.
    if (!cachedData) this.compiled.push({ file, script });
    const module = { exports: {} as T };
    const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
    run(module.exports, (id: string) => LOADED[id] ?? this.require(id), module, file, this.folder);
    return module.exports;
  }

  /** Keeps the code of those bundles that were compiled. Throws the system's error where it cannot be written. */
  keep(): void {
    for (const { file, script } of this.compiled) writeCode(this.codeFile(file), file, script);
  }

  private codeFile(file: string): string {
    return path.join(this.folder, FOLDER, `${path.basename(file)}-${this.suffix}`);
  }
}

const LOADED: Readonly<Record<string, unknown>> = { 'node:fs': fs, 'node:path': path };

/** Undefined where no code is kept of the bundle as it is, or none that can be believed. */
function readCode(kept: string, file: string): Buffer | undefined {
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer.
    fd = fs.openSync(kept, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const stat = fs.fstatSync(fd);
    const uid = process.getuid?.();
    const isForgeable = uid !== undefined && ((stat.uid !== uid && stat.uid !== 0) || (stat.mode & 0o022) !== 0);
    if (!stat.isFile() || isForgeable) return undefined;
    const bytes = Buffer.allocUnsafeSlow(stat.size);
    const length = fs.readSync(fd, bytes, 0, stat.size, 0);
    const start = bytes.indexOf('\n') + 1;
    return bytes.toString('utf8', 0, start) === header(file) ? bytes.subarray(start, length) : undefined;
  } finally {
    fs.closeSync(fd);
  }
}

/** Whole or not at all, also when the machine stops: Node checks how much code there is, and would end by what is damaged. */
function writeCode(kept: string, file: string, script: Script): void {
  const temporary = `${kept}.${process.pid}.tmp`;
  fs.mkdirSync(path.dirname(kept), { recursive: true, mode: 0o755 });
  const fd = fs.openSync(temporary, 'wx', 0o644);
  try {
    const code = script.createCachedData();
    fs.writeFileSync(fd, Buffer.concat([Buffer.from(header(file)), code]));
    fs.fsyncSync(fd);
    fs.renameSync(temporary, kept);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** What code is bound to: the Node that made it, and the bundle by size, times and inode; Node itself compares no texts. */
function header(file: string): string {
  const { size, mtimeMs, ctimeMs, ino } = fs.statSync(file);
  return `${JSON.stringify([runtime(), size, mtimeMs, ctimeMs, ino])}\n`;
}

/** With its options: code is refused by a Node that was started with others. */
function runtime(): string {
  const { execPath, version, versions, arch, execArgv, env } = process;
  return [execPath, version, versions.v8, arch, env.NODE_OPTIONS, ...execArgv].join(' ');
}
