import type { Counted } from './counted.ts';
import type { Observed } from './observation.ts';

/**
 * The `.agent-scope.json` that allows what was observed and nothing of a kind that was not; sensitive files aside. JSON
 * that agent-strace reads too; how often each pattern was needed stands in `observed`.
 */
export function proposeScope({ sessions, read, write, commands, hosts }: Observed): Readonly<Record<string, unknown>> {
  const lists = { 'files.read': read, 'files.write': write, commands, network: hosts };
  const counts = Object.entries(lists).flatMap(([name, list]) => (list.length > 0 ? [[name, countsOf(list)]] : []));
  const files = {
    ...(read.length > 0 ? { read: { allow: textsOf(read) } } : {}),
    ...(write.length > 0 ? { write: { allow: textsOf(write) } } : {}),
  };
  return {
    ...(Object.keys(files).length > 0 ? { files } : {}),
    ...(commands.length > 0 ? { commands: { allow: textsOf(commands) } } : {}),
    network: { deny_all: true, ...(hosts.length > 0 ? { allow: textsOf(hosts) } : {}) },
    observed: { sessions, ...Object.fromEntries(counts) },
  };
}

function textsOf(list: readonly Counted[]): readonly string[] {
  return list.map(({ text }) => text);
}

function countsOf(list: readonly Counted[]): Readonly<Record<string, number>> {
  return Object.fromEntries(list.map(({ text, count }) => [text, count]));
}
