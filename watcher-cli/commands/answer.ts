import { visibleJson } from '../../core/common/json.ts';
import { ASK_ANSWERS, type Ask } from '../../core/common/protocol/control.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { connectWatcher } from '../../core/node/control/client.ts';
import type { CliContext } from './cli-context.ts';
import { findWorkspace } from './find-workspace.ts';

/**
 * `agent-trace answer`: decides about a call that waits for its user. `call`: id of the ask, as alerts have it; the only
 * one that waits when left out. Throws AgentTraceError `usage`, `refused` (no watcher, or nothing to decide) and `failed`.
 */
export async function answerCall(
  context: CliContext,
  given: string,
  call: string | undefined,
  options: { readonly json?: boolean },
): Promise<void> {
  const answer = ASK_ANSWERS.find((known) => known === given);
  if (!answer) throw new AgentTraceError('usage', `${given} is no answer; there are ${ASK_ANSWERS.join(', ')}`);
  const { store } = findWorkspace(context.cwd, context.env);
  const client = await connectWatcher({ runtimeDir: context.runtimeDir(), store });
  if (!client) throw new AgentTraceError('refused', 'no watcher runs here, so no call waits for an answer');
  try {
    const ask = pick(await client.asks(), call);
    await client.answer(ask.id, answer);
    if (options.json) context.stdout.write(`${visibleJson({ asks: await client.asks() })}\n`);
    else context.stdout.write(`${sanitize(`${ask.session_id}: ${ask.rule}: ${answer}`)}\n`);
  } finally {
    client.close();
  }
}

function pick(asks: readonly Ask[], call: string | undefined): Ask {
  const [first, second] = call === undefined ? asks : asks.filter(({ id }) => id === call);
  if (!first) throw new AgentTraceError('refused', 'no such call waits for an answer');
  if (!second) return first;
  const which = asks.map(({ id, rule, message }) => `  ${id}  (${rule}: ${message})`).join('\n');
  throw new AgentTraceError('usage', `several calls wait for an answer; name one:\n${which}`);
}
