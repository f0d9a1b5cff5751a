/**
 * The process of the demonstration's agent: it asks no model, what it does is in `story.ts`.
 * Usage: agent.ts WORKSPACE HOOK_SCRIPT SESSION_ID PACE_MS ROUNDS
 */
import { ScriptedAgent } from './scripted-agent.ts';
import { tellStory } from './story.ts';

const [workspace = '.', hookScript = '', sessionId = '', pace = '500', rounds = '1'] = process.argv.slice(2);
const agent = new ScriptedAgent({ workspace, hookScript, sessionId, paceMs: Number(pace) });

process.once('SIGTERM', async () => {
  await agent.end();
  process.exit(143);
});

await tellStory(agent, Number(rounds));
