import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asRecord, asString, parseJson } from '../../../core/common/json.ts';
import type { AgentCli } from '../scripted-agent/agent-cli.ts';
import { installFromNpm } from '../scripted-agent/npm-install.ts';
import { serveGemini } from './model-server.ts';

const VERSION = '0.61.0';

/**
 * Gemini CLI: a Node process that starts another one, which is the agent. The first swallows SIGTERM, SIGINT and
 * SIGHUP; the second leaves the shells that it started behind.
 */
export const GEMINI: AgentCli = {
  name: `Gemini CLI ${VERSION}`,
  executable: 'gemini',
  hooks: { setup: ['--agent', 'gemini-cli', '--global'], endsTurn: true, warns: [] },
  install: () => installFromNpm({ packageName: '@google/gemini-cli', version: VERSION, bin: 'gemini' }),
  serve: serveGemini,
  prepare: async ({ home, modelUrl }) => {
    await mkdir(join(home, '.gemini'));
    await writeFile(join(home, '.gemini', 'settings.json'), JSON.stringify(SETTINGS));
    return {
      args: ['-m', 'gemini-2.5-pro', '-p', 'Do the work.', '--yolo', '-o', 'stream-json'],
      env: {
        GEMINI_API_KEY: 'scripted',
        GOOGLE_GEMINI_BASE_URL: modelUrl,
        GEMINI_CLI_TRUST_WORKSPACE: 'true',
        GEMINI_TELEMETRY_ENABLED: 'false',
      },
    };
  },
  finalText: (stdout) => {
    const messages = stdout.split('\n').map((line) => asRecord(parseJson(line)));
    const said = messages.filter((line) => line?.['type'] === 'message' && line['role'] === 'assistant');
    return said.map((line) => asString(line?.['content']) ?? '').join('') || undefined;
  },
};

const SETTINGS = {
  security: { auth: { selectedType: 'gemini-api-key' } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};
