import { formatCost, toUsd } from '../../core/common/cost/cost.ts';
import { visibleJson } from '../../core/common/json.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import type { NativeFile } from '../../core/node/adapters/native-agent.ts';
import { listNative, type NativeListing } from '../../core/node/adapters/native-listing.ts';
import type { CliContext } from './cli-context.ts';
import { localTime } from './format-sessions.ts';

/** `agent-trace import --discover`: what there is to import, each session as soon as it is read; nothing is written. */
export function discover(context: CliContext, files: readonly NativeFile[], json: boolean): void {
  const { prices } = context;
  const onIssue = (message: string) => context.stderr.write(`agent-trace: ${sanitize(message)}\n`);
  let count = 0;
  for (const file of files) {
    const listing = listNative(file, prices, onIssue);
    if (!listing) continue;
    count += 1;
    context.stdout.write(json ? `${visibleJson(asJson(listing))}\n` : asText(listing));
  }
  if (json) return;
  if (count === 0) context.stdout.write('no session of any agent is on this machine\n');
  else
    context.stdout.write(
      `${count} session${count === 1 ? '' : 's'}; agent-trace import ID brings one into the store\n`,
    );
}

function asJson({ file, facts, size, cost }: NativeListing) {
  return {
    session_id: facts.sessionId,
    agent: file.agent,
    workspace: facts.workspace ?? null,
    title: facts.title ?? null,
    started_at: facts.startedAt ?? null,
    parent_session_id: facts.parentSessionId ?? null,
    path: file.path,
    bytes: size,
    usd: toUsd(cost.microUsd),
  };
}

function asText({ file, facts, size, cost }: NativeListing): string {
  const started = facts.startedAt === undefined ? '-' : localTime(facts.startedAt);
  const cells = [
    started.padEnd(16),
    file.agent.padEnd(11),
    formatCost(cost).padStart(9),
    kilobytes(size).padStart(9),
    facts.sessionId ?? '-',
    facts.workspace ?? '-',
  ];
  return `${cells.map(sanitize).join('  ')}\n`;
}

function kilobytes(bytes: number): string {
  return bytes < 10_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
}
