import type { AgentCli } from '../scripted-agent/agent-cli.ts';
import { installFromNpm } from '../scripted-agent/npm-install.ts';
import { serveAnthropic } from '../scripted-agent/serve-anthropic.ts';

const VERSION = '1.0.102';

/** Copilot CLI, offline and with a model of the user's own: a Node process that starts the agent. */
export const COPILOT: AgentCli = {
  name: `Copilot CLI ${VERSION}`,
  executable: 'copilot',
  hooks: { setup: ['--agent', 'copilot', '--global'], endsTurn: false, warns: [] },
  install: () => installFromNpm({ packageName: '@github/copilot', version: VERSION, bin: 'copilot' }),
  serve: serveAnthropic,
  prepare: async ({ modelUrl }) => ({
    args: ['-p', 'Do the work.', '--allow-all-tools'],
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: modelUrl,
      COPILOT_PROVIDER_TYPE: 'anthropic',
      COPILOT_PROVIDER_API_KEY: 'scripted',
      COPILOT_MODEL: 'claude-sonnet-4-5',
      COPILOT_AUTO_UPDATE: 'false',
    },
  }),
  finalText: (stdout) => stdout.trim(),
};
