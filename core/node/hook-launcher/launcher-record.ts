import { existsSync } from 'node:fs';
import { asArray, asRecord, asString, parseJson } from '../../common/json.ts';

/** One place that agent-trace is installed in: an editor's copy of the extension, or the npm package. */
export interface Installation {
  /** `X.Y.Z` */
  readonly version: string;
  /** Absolute path of its `dist/hook.cjs`. */
  readonly hook: string;
  /**
   * Absolute path of what runs it: Node, or an editor that is Node with `ELECTRON_RUN_AS_NODE`; undefined for one that is
   * not safe to call.
   */
  readonly runtime: string | undefined;
}

/** What the launcher knows. */
export interface LauncherRecord {
  /** Absolute path of a Node that every recorder runs on, and faster than on an editor; undefined where there is none. */
  readonly node: string | undefined;
  /** In the order in which they are tried: the newest first. */
  readonly installations: readonly Installation[];
}

const MARK = 'agent-trace-installations ';

/** A record as one line for a comment: nothing in it but letters, digits and a few signs that no shell acts on. */
export function recordLine(record: LauncherRecord): string {
  const json = JSON.stringify(record).replaceAll(
    /[^\w\s"\\:.,{}[\]/-]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return MARK + json;
}

/** The record in a launcher's text; an empty one for a text that has none, and without what is no installation. */
export function recordIn(text: string): LauncherRecord {
  const at = text.indexOf(MARK);
  const line = at < 0 ? '' : (text.slice(at + MARK.length).split(/\r?\n/, 1)[0] ?? '');
  const record = asRecord(parseJson(line));
  return {
    node: asString(record?.node),
    installations: (asArray(record?.installations) ?? []).flatMap((value): readonly Installation[] => {
      const { version, hook, runtime } = asRecord(value) ?? {};
      const isWhole = typeof version === 'string' && typeof hook === 'string';
      return isWhole ? [{ version, hook, runtime: asString(runtime) }] : [];
    }),
  };
}

/** The record with one installation added or brought up to date, and without what has gone. */
export function withInstallation(
  record: LauncherRecord,
  own: Installation,
  node: string | undefined = record.node,
): LauncherRecord {
  const others = record.installations.filter(({ hook }) => hook !== own.hook && existsSync(hook));
  const installations = [own, ...others].sort(
    // Equal versions in an order that does not depend on who writes: two editors must not take turns.
    (a, b) => compareVersions(b.version, a.version) || (a.hook < b.hook ? -1 : 1),
  );
  return { node: node !== undefined && existsSync(node) ? node : undefined, installations };
}

function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => version.split(/[.+-]/).slice(0, 3).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] || 0) - (right[at] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
