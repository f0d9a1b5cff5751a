import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentQuery, findAgent } from '../../../../core/node/process/find-agent.ts';
import type { Ancestry, ProcessInfo } from '../../../../core/node/process/process-table.ts';

const SESSION = '6f0c0f3e-7d5b-4f7c-9d59-0a1c2b3d4e5f';

interface Row {
  readonly exe: string;
  readonly comm?: string;
  readonly marked?: boolean;
  readonly uid?: number;
  /** Started after its child: no parent of it. */
  readonly young?: boolean;
  /** A shell that leads the session of a terminal. */
  readonly leader?: boolean;
}

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'find-agent-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A chain of ancestors, the hook itself first; pids are 100, 99, ... and the last one's parent is `top`. */
function chain(
  rows: readonly Row[],
  top = 50,
): { readonly table: Ancestry; readonly pid: number; readonly read: number[] } {
  const read: number[] = [];
  const at = (pid: number): Row | undefined => rows[100 - pid];
  const table: Ancestry = {
    read(pid) {
      read.push(pid);
      const row = at(pid);
      if (!row) return undefined;
      const info: ProcessInfo = {
        pid,
        ppid: rows[101 - pid] ? pid - 1 : top,
        uid: row.uid ?? 1000,
        name: row.comm ?? row.exe.slice(row.exe.lastIndexOf('/') + 1).slice(0, 15),
        state: 'running',
        pgid: pid,
        sid: row.leader ? pid : 0,
        hasTerminal: row.leader ?? false,
        foreground: false,
        startTime: String(row.young ? 9999 : pid * 10),
        bootId: 'boot',
      };
      return info;
    },
    executable: (pid) => at(pid)?.exe,
    carriesMark: (pid, sessionId) => sessionId === SESSION && (at(pid)?.marked ?? false),
  };
  return { table, pid: 100, read };
}

function find(rows: readonly Row[], query: Partial<AgentQuery> = {}, top?: number) {
  const { table, pid } = chain(rows, top);
  return findAgent({ env: { HOME: home }, agentName: 'claude-code', sessionId: SESSION, table, pid, ...query });
}

function writeSessionFile(pid: number, content: unknown, config = join(home, '.claude')): void {
  mkdirSync(join(config, 'sessions'), { recursive: true });
  writeFileSync(join(config, 'sessions', `${pid}.json`), JSON.stringify(content));
}

const HOOK: Row = { exe: '/usr/bin/node' };
const SH: Row = { exe: '/usr/bin/dash', comm: 'sh' };
const CLAUDE: Row = { exe: '/opt/claude/bin/claude.exe' };
const IDE: Row = { exe: '/usr/share/ide/ide' };
const MARK = { CLAUDE_CODE_SESSION_ID: SESSION };

describe('findAgent', () => {
  it('finds the known agent above the shell of the hook', () => {
    expect(find([HOOK, SH, CLAUDE, SH, IDE])).toEqual({
      process: { pid: 98, startTime: '980', bootId: 'boot' },
      executable: '/opt/claude/bin/claude.exe',
      source: 'ancestry',
    });
  });

  it.each([
    ['Codex', [HOOK, { exe: '/x/codex' }], 99],
    ['OpenCode without a shell', [HOOK, { exe: '/x/opencode' }], 99],
    [
      "Claude Code's native installation, named by its version",
      [HOOK, SH, { exe: '/h/share/claude/versions/2.1.329' }],
      98,
    ],
    ['a script that Node runs under the name of the agent', [HOOK, SH, { exe: '/usr/bin/node', comm: 'claude' }], 98],
  ])('knows %s', (_, rows, pid) => {
    // Right below pid 1 only a known one counts.
    expect(find(rows, {}, 1)?.process.pid).toBe(pid);
  });

  it('takes a shell script named like the agent for a shell', () => {
    expect(find([HOOK, SH, { exe: '/usr/bin/bash', comm: 'claude' }, { exe: '/x/codex' }])?.process.pid).toBe(97);
  });

  it('prefers what the session file of Claude Code says, when session and start time are those of the ancestor', () => {
    writeSessionFile(98, { pid: 98, sessionId: SESSION, procStart: '980' });
    expect(find([HOOK, SH, { exe: '/usr/bin/node' }, IDE])).toMatchObject({
      process: { pid: 98 },
      source: 'session-file',
    });
  });

  it('reads the start time of a session file as a number too, and looks where CLAUDE_CONFIG_DIR says', () => {
    const config = join(home, 'elsewhere');
    writeSessionFile(98, { pid: 98, sessionId: SESSION, procStart: 980 }, config);
    const env = { HOME: home, CLAUDE_CONFIG_DIR: config };
    expect(find([HOOK, SH, CLAUDE], { env })).toMatchObject({ process: { pid: 98 }, source: 'session-file' });
  });

  it.each([
    ['another session', { sessionId: 'other', procStart: '980' }],
    ['another start time', { sessionId: SESSION, procStart: '979' }],
    ['no start time', { sessionId: SESSION }],
    ['nothing readable', 'half a fi'],
  ])('does not believe a session file with %s', (_, content) => {
    writeSessionFile(98, content);
    expect(find([HOOK, SH, CLAUDE])).toMatchObject({ process: { pid: 98 }, source: 'ancestry' });
  });

  it.each(['CLAUDE_PID', 'OPENCODE_PID'])(
    'believes %s when it names an ancestor that no nearer agent hides',
    (variable) => {
      const env = { HOME: home, [variable]: '98' };
      expect(find([HOOK, SH, { exe: '/x/renamed' }, IDE], { env })).toMatchObject({
        process: { pid: 98 },
        source: 'environment',
      });
    },
  );

  it('does not believe CLAUDE_PID when it names no ancestor, or one beyond the nearest agent', () => {
    for (const CLAUDE_PID of ['4711', '97', '1', '', '98x']) {
      const found = find([HOOK, SH, CLAUDE, { exe: '/x/claude' }], { env: { HOME: home, CLAUDE_PID } });
      expect(found).toMatchObject({ process: { pid: 98 }, source: 'ancestry' });
    }
  });

  it("takes the nearest node for Gemini's agent, not the one that launched it", () => {
    const rows = [HOOK, { exe: '/usr/bin/bash' }, { exe: '/usr/bin/node' }, { exe: '/usr/bin/node' }];
    expect(find(rows, { agentName: 'gemini' }, 1)?.process.pid).toBe(98);
  });

  it('passes launchers that the agent started, told by the mark of its session', () => {
    const launcher: Row = { exe: '/usr/bin/node', marked: true };
    expect(find([HOOK, { ...SH, marked: true }, launcher, { ...SH, marked: true }, CLAUDE])?.process.pid).toBe(96);
  });

  it('takes an unknown program for the agent when the mark in our environment says that one started us', () => {
    expect(find([HOOK, SH, { exe: '/x/new-agent' }], { env: MARK, agentName: 'new' }, 1)?.process.pid).toBe(98);
  });

  it('takes an unknown program above the shells for the agent, unless it is a service', () => {
    const rows = [HOOK, SH, { exe: '/x/new-agent' }];
    expect(find(rows, { agentName: 'new' })?.process.pid).toBe(98);
    expect(find(rows, { agentName: 'new' }, 1)).toBeUndefined();
  });

  it('finds nothing above a shell that leads a terminal: whoever types a hook by hand is no agent', () => {
    expect(find([HOOK, { exe: '/usr/bin/zsh', leader: true }, { exe: '/usr/bin/terminal' }])).toBeUndefined();
    expect(find([HOOK, { exe: '/usr/bin/zsh', leader: true }, CLAUDE])).toBeUndefined();
  });

  it("finds nothing above another user's process", () => {
    expect(find([HOOK, { ...SH, uid: 0 }, CLAUDE])).toBeUndefined();
    expect(find([HOOK, SH, { ...CLAUDE, uid: 0 }])).toBeUndefined();
  });

  it('does not believe a link to a parent that is younger than its child', () => {
    expect(find([HOOK, SH, { ...CLAUDE, young: true }])).toBeUndefined();
  });

  it('never finds pid 1, nor ourselves', () => {
    expect(find([HOOK], {}, 1)).toBeUndefined();
    expect(find([HOOK, SH], {}, 1)).toBeUndefined();
    expect(find([{ exe: '/x/claude' }], { env: { HOME: home, CLAUDE_PID: '100' } }, 100)).toBeUndefined();
  });

  it('looks at nothing above the agent', () => {
    const { table, pid, read } = chain([HOOK, SH, CLAUDE, SH, IDE]);
    findAgent({ env: { HOME: home }, agentName: 'claude-code', sessionId: SESSION, table, pid });
    expect(Math.min(...read)).toBe(98);
  });
});

describe.runIf(process.platform === 'linux')('findAgent on real processes', () => {
  /** A shell under the name of the agent runs a hook as the agent does: `sh -c`. Gives what the hook found. */
  function runHook(script: string): { readonly pid: number; readonly found: unknown } {
    const agent = join(home, 'claude');
    copyFileSync('/bin/bash', agent);
    const modules = new URL('../../../../core/node/process/find-agent.ts', import.meta.url);
    writeFileSync(
      join(home, 'hook.mjs'),
      `import { findAgent } from ${JSON.stringify(modules.href)};
       const found = findAgent({ env: process.env, pid: process.pid, agentName: 'claude-code', sessionId: '${SESSION}' });
       console.log(JSON.stringify(found ?? null));`,
    );
    const output = execFileSync(agent, ['-c', `echo $$; ${script}; true`], {
      encoding: 'utf8',
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, NODE: process.execPath },
    });
    const [pid, found] = output.trim().split('\n');
    return { pid: Number(pid), found: JSON.parse(found ?? '') };
  }

  const HOOK_COMMAND = `sh -c '"$NODE" hook.mjs; true'`;

  it('finds the agent by its executable', () => {
    const { pid, found } = runHook(HOOK_COMMAND);
    expect(found).toMatchObject({
      process: { pid, startTime: expect.stringMatching(/^\d+$/), bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      executable: join(realpathSync(home), 'claude'),
      source: 'ancestry',
    });
  });

  it('finds the agent by its session file', () => {
    const { pid, found } = runHook(`
      mkdir -p .claude/sessions
      stat=($(cat /proc/$$/stat))
      echo '{"pid":'$$',"sessionId":"${SESSION}","procStart":"'\${stat[21]}'"}' > .claude/sessions/$$.json
      ${HOOK_COMMAND}`);
    expect(found).toMatchObject({ process: { pid }, source: 'session-file' });
  });

  it('finds the agent by CLAUDE_PID', () => {
    const { pid, found } = runHook(`export CLAUDE_PID=$$; ${HOOK_COMMAND}`);
    expect(found).toMatchObject({ process: { pid }, source: 'environment' });
  });
});
