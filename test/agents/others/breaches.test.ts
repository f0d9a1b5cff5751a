import { CODEX } from '../../rig/codex/codex-cli.ts';
import { COPILOT } from '../../rig/copilot/copilot-cli.ts';
import { GEMINI } from '../../rig/gemini/gemini-cli.ts';
import { testBreaches } from '../breaches.ts';

for (const cli of [CODEX, GEMINI, COPILOT]) testBreaches(cli);
