import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asRecord, asString, parseJson } from '../../../core/common/json.ts';
import type { AgentCli } from '../scripted-agent/agent-cli.ts';
import { installFromNpm } from '../scripted-agent/npm-install.ts';
import { serveCodex } from './model-server.ts';

const VERSION = '0.169.0';

/**
 * Codex: a Node process that starts a native one, which is the agent. A stop of the first stops nothing, its death
 * leaves the second running; that one's death leaves behind what its shells started.
 */
export const CODEX: AgentCli = {
  name: `Codex ${VERSION}`,
  executable: 'codex',
  hooks: { setup: ['--agent', 'codex', '--global'], args: ['--dangerously-bypass-hook-trust'], endsTurn: false },
  install: () => installFromNpm({ packageName: '@openai/codex', version: VERSION, bin: 'codex' }),
  serve: serveCodex,
  prepare: async ({ home, modelUrl }) => {
    await mkdir(join(home, '.codex'));
    await writeFile(join(home, '.codex', 'config.toml'), configuration(modelUrl));
    const unattended = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
    return { args: ['exec', '--json', ...unattended, 'Do the work.'], env: { SCRIPTED_KEY: 'sk-scripted' } };
  },
  finalText: (stdout) => {
    const items = stdout.split('\n').map((line) => asRecord(asRecord(parseJson(line))?.['item']));
    return asString(items.findLast((item) => item?.['type'] === 'agent_message')?.['text']);
  },
};

function configuration(modelUrl: string): string {
  return `model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.scripted]
name = "scripted"
base_url = "${modelUrl}/v1"
env_key = "SCRIPTED_KEY"
wire_api = "responses"
`;
}
