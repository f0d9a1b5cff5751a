import path from 'node:path';
import { ClaudeTranscript } from '../demo/claude-transcript.ts';
import { Randomness } from './randomness.ts';
import { CHARACTERS } from './session-shape.ts';

const SESSIONS = 40;
const TURNS = 40;
const SEED = 1;

/** Writes transcripts as Claude Code's folder of projects has them, some megabytes, the same each time; gives the folder. */
export function writeTranscripts(folder: string): string {
  const random = new Randomness(SEED);
  const cwd = '/home/user/project';
  for (let session = 0; session < SESSIONS; session += 1) {
    const sessionId = `00000000-0000-4000-8000-${String(session).padStart(12, '0')}`;
    const file = path.join(folder, '-home-user-project', `${sessionId}.jsonl`);
    const transcript = new ClaudeTranscript({ file, sessionId, cwd, model: 'claude-sonnet-4-6', firstTokens: 18_000 });
    transcript.hear(random.text(200));
    for (let turn = 0; turn < TURNS; turn += 1) {
      const input = { file_path: `${cwd}/src/part-${random.below(50)}.ts` };
      transcript.answer(random.text(100), { id: `toolu_${session}_${turn}`, name: 'Read', input });
      transcript.hear(random.text(random.size(CHARACTERS.result)));
    }
    transcript.answer(random.text(400));
  }
  return folder;
}
