import type { AgentCli } from '../scripted-agent/agent-cli.ts';
import { serveAnthropic } from '../scripted-agent/serve-anthropic.ts';
import { CLAUDE_NEWER, type ClaudeVersion, installClaude } from './install.ts';

/** Claude Code, for what is asked of every agent alike. */
export const claudeCli = (version: ClaudeVersion): AgentCli => ({
  name: `Claude Code ${version}`,
  executable: 'claude.exe',
  hooks: {
    setup: ['--claude-version', version],
    endsTurn: true,
    // The older one shows them on a terminal only.
    ...(version === CLAUDE_NEWER ? { warns: ['--output-format', 'stream-json', '--verbose'] } : {}),
  },
  install: () => installClaude(version),
  serve: (steps) => serveAnthropic(steps, 'Bash'),
  prepare: async ({ modelUrl }) => ({
    args: ['-p', 'Do the work.', '--permission-mode', 'bypassPermissions'],
    env: {
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: 'sk-ant-scripted',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  }),
  finalText: (stdout) => stdout.trim().split('\n').at(-1),
});

/** By its newer version. */
export const CLAUDE: AgentCli = claudeCli(CLAUDE_NEWER);
