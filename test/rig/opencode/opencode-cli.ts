import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentCli } from '../scripted-agent/agent-cli.ts';
import { installFromNpm } from '../scripted-agent/npm-install.ts';
import { serveAnthropic } from '../scripted-agent/serve-anthropic.ts';

const VERSION = '1.18.33';
const MODEL = 'anthropic/claude-sonnet-4-5';

/** OpenCode: one native process. Its sessions are in a database. */
export const OPENCODE: AgentCli = {
  name: `OpenCode ${VERSION}`,
  executable: 'opencode',
  usesSqlite: true,
  install: () =>
    installFromNpm({ packageName: 'opencode-ai', version: VERSION, bin: 'opencode', setup: 'postinstall.mjs' }),
  serve: serveAnthropic,
  prepare: async ({ home, modelUrl }) => {
    const folder = join(home, '.config', 'opencode');
    await mkdir(folder, { recursive: true });
    const provider = { anthropic: { options: { baseURL: `${modelUrl}/v1`, apiKey: 'scripted' } } };
    const settings = { autoupdate: false, share: 'disabled', provider, model: MODEL, small_model: MODEL };
    await writeFile(join(folder, 'opencode.json'), JSON.stringify(settings));
    // Without it a start waits for a registry of packages that cannot be reached.
    await writeFile(join(home, '.npmrc'), 'fetch-retries=0\n');
    const env = {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    };
    return { args: ['run', 'Do the work.'], env };
  },
  finalText: (stdout) => stdout.trim().split('\n').at(-1),
};
