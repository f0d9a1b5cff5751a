import { describe, expect, it } from 'vitest';
import { decodeHookPayload } from '../../../../../core/common/adapters/claude-code/hook-payload.ts';
import { usageTranscript } from '../../../../../core/common/adapters/claude-code/usage-transcript.ts';

describe('decodeHookPayload', () => {
  it.each([undefined, null, 'text', 1, []])('gives nothing for %j', (value) => {
    expect(decodeHookPayload(value)).toBeUndefined();
  });

  it('prefers what the payload says to what the caller knows', () => {
    const defaults = { event: 'Stop', agentSessionId: 'known' };
    expect(decodeHookPayload({}, defaults)).toMatchObject({ event: 'Stop', session: 'known', agentSessionId: 'known' });
    expect(decodeHookPayload({ hook_event_name: 'SessionEnd', session_id: 's1' }, defaults)).toMatchObject({
      event: 'SessionEnd',
      session: 's1',
    });
    expect(decodeHookPayload({})).toMatchObject({ event: '', session: 'unknown', subagent: undefined });
  });

  it('never lets an id lead out of the store', () => {
    const payload = decodeHookPayload({ session_id: '../x', agent_id: '../../y' });
    expect(payload?.rootSession).toMatch(/^id-[A-Za-z0-9_-]+$/);
    expect(payload?.session).toMatch(/^id-[A-Za-z0-9_-]+$/);
    expect(payload?.agentSessionId).toBe('../x');
  });
});

describe('usageTranscript', () => {
  const transcript = (fields: object): string | undefined => {
    const payload = decodeHookPayload({ session_id: 's1', transcript_path: '/c/p/s1.jsonl', ...fields });
    return payload && usageTranscript(payload);
  };

  it('is the main transcript in the main session', () => {
    expect(transcript({})).toBe('/c/p/s1.jsonl');
    expect(transcript({ transcript_path: undefined })).toBeUndefined();
  });

  it("is the subagent's own inside a subagent", () => {
    expect(transcript({ agent_id: 'a1' })).toBe('/c/p/s1/subagents/agent-a1.jsonl');
    expect(transcript({ agent_id: 'a1', agent_transcript_path: '/elsewhere.jsonl' })).toBe('/elsewhere.jsonl');
    expect(transcript({ agent_id: 'a1', transcript_path: 'C:\\p\\s1.jsonl' })).toBe(
      'C:\\p\\s1/subagents/agent-a1.jsonl',
    );
  });

  it('is not made from ids that could name something else', () => {
    expect(transcript({ agent_id: '../../a1' })).toBeUndefined();
    expect(transcript({ session_id: '../s', agent_id: 'a1' })).toBeUndefined();
  });
});
