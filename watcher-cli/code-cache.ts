import { fnv1a } from '../core/common/hash.ts';
import { KeptCode, runtime } from './kept-code.ts';

// Not imported: each `require` of a bundle's own costs a hook some hundredths of a millisecond.
const fs = process.getBuiltinModule('node:fs');
const path = process.getBuiltinModule('node:path');
const vm = process.getBuiltinModule('node:vm');

/** In the folder of the bundles: who can write there can replace the bundles, too, and nobody names it to a hook. */
const FOLDER = 'code';
const LOADED: Readonly<Record<string, unknown>> = { 'node:fs': fs, 'node:path': path };

/**
 * Loads CommonJS bundles from their compiled code: to compile a program anew takes a hook longer than to run it. What is
 * kept is what one run has used, since the time to read code grows with it.
 */
export class CodeCache {
  private readonly folder: string;
  private readonly suffix: string;
  private readonly require: (id: string) => unknown;
  private readonly kept: KeptCode[] = [];
  private readonly modules = new Map<string, { readonly exports: unknown }>();

  /** `folder`: of the bundles. `use`: how they are run; another use keeps code of its own. */
  constructor(folder: string, use: string, requireNode: (id: string) => unknown) {
    this.folder = folder;
    this.suffix = fnv1a(`${runtime()} ${use}`);
    this.require = requireNode;
  }

  /** What a bundle exports; its code is kept with that of the parts that it requires. Throws the system's error when there is none. */
  load<T>(name: string): T {
    const kept = new KeptCode(this.folder, path.join(this.folder, FOLDER, `${name}-${this.suffix}`));
    this.kept.push(kept);
    return this.run(name, kept) as T;
  }

  /** Keeps the code of what was compiled. Throws the system's error where it cannot be written. */
  keep(): void {
    for (const kept of this.kept) kept.keep();
  }

  /** `name`: path in the folder, with `/`. */
  private run(name: string, kept: KeptCode): unknown {
    const loaded = this.modules.get(name);
    if (loaded) return loaded.exports;
    const file = `${this.folder}/${name}`;
    const identity = kept.identityOf(name);
    const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(file, 'utf8')}\n})`;
    const cachedData = kept.of(name, identity);
    const script = new vm.Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) });
    if (!cachedData || script.cachedDataRejected) kept.add(name, identity, script);
    const module = { exports: {} };
    this.modules.set(name, module);
    // The parts of a bundle lie beside it or in folders there.
    const beside = name.slice(0, name.lastIndexOf('/') + 1);
    const require = (id: string): unknown =>
      id.startsWith('./') ? this.run(`${beside}${id.slice(2)}`, kept) : (LOADED[id] ?? this.require(id));
    const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
    run(module.exports, require, module, file, path.dirname(file));
    return module.exports;
  }
}
