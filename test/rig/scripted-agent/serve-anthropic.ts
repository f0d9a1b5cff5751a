import { billed } from '../claude/model-script.ts';
import type { ModelServer } from '../claude/model-server.ts';
import { startModelServer } from '../claude/model-server.ts';
import type { HandedOut, ScriptedModel, Step } from './scripted-model.ts';

/** Serves a script as Anthropic's Messages API, for agents whose shell is a tool `shell`. */
export async function serveAnthropic(steps: readonly Step[], shell = 'bash'): Promise<ScriptedModel> {
  const server = await startModelServer({
    main: steps.map((step, n) => ({
      ...('text' in step
        ? { text: step.text }
        : { tools: [{ name: shell, input: { command: step.shell, description: 'A command' } }] }),
      // No cache of an hour: these agents do not tell it from one of five minutes.
      usage: {
        input_tokens: 100 + n,
        output_tokens: 50 + n,
        cache_read_input_tokens: 3000 + n,
        cache_creation_input_tokens: 2000 + n,
        cache_creation: { ephemeral_5m_input_tokens: 2000 + n, ephemeral_1h_input_tokens: 0 },
      },
    })),
  });
  return {
    url: server.url,
    requests: server.requests,
    get handedOut() {
      return handedOutBy(server);
    },
    close: () => server.close(),
  };
}

function handedOutBy({ responses }: ModelServer): readonly HandedOut[] {
  return responses.map(({ model, usage, conversation }) => ({
    model,
    usage: billed(usage),
    isWork: conversation !== 'side',
  }));
}
