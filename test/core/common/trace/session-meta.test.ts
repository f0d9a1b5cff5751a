import { describe, expect, it } from 'vitest';
import { decodeAttribution, decodeSessionMeta } from '../../../../core/common/trace/session-meta.ts';

describe('decodeSessionMeta', () => {
  it('reads what agent-strace writes', () => {
    const meta = {
      session_id: 'abc',
      started_at: 1700000000.25,
      ended_at: 1700000009.5,
      agent_name: 'claude-code',
      command: 'claude-code (startup)',
      tool_calls: 4,
      total_duration_ms: 9250.0,
      attribution: { os_user: 'dev', pid: 7, working_dir: '/w', process_ancestry: ['sh', 'claude'] },
    };
    expect(decodeSessionMeta(meta)).toEqual(meta);
    expect(decodeAttribution(meta)).toEqual({
      process: undefined,
      executable: undefined,
      workspace: '/w',
      transcriptPath: undefined,
    });
  });

  it('passes over fields it does not know and values of a wrong type', () => {
    expect(
      decodeSessionMeta({ session_id: 'a', started_at: 1, ended_at: 'x', depth: null, attribution: [], more: 1 }),
    ).toEqual({ session_id: 'a', started_at: 1 });
  });

  it('reads our own facts', () => {
    const process = { pid: 7, startTime: '99', bootId: 'b' };
    const attribution = { process, executable: '/bin/claude', workspace: '/w', transcript_path: '/t.jsonl' };
    expect(decodeAttribution({ session_id: 'a', started_at: 1, attribution })).toEqual({
      process,
      executable: '/bin/claude',
      workspace: '/w',
      transcriptPath: '/t.jsonl',
    });
  });
});
