import { claudeCli } from '../../rig/claude/claude-cli.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import { testBreaches } from '../breaches.ts';

for (const version of CLAUDE_VERSIONS) testBreaches(claudeCli(version));
