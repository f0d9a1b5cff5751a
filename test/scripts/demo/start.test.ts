import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, type ObservedProcess, processesWith } from '../../../scripts/observed-process.ts';
import { hasTmux, TmuxTerminal } from '../../../scripts/tmux-terminal.ts';
import { waitFor } from '../../../scripts/wait-for.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const START = join(ROOT, 'scripts', 'start.ts');
const EDITOR_MS = 10 * 60_000;

/** Where the demonstration makes its folders; the tests' browser and editor, too. */
let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'at-start-'));
});

afterEach(() => rmSync(temporary, { recursive: true, force: true }));

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [START, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
}

/** Folders that are left of demonstrations and their editors. */
function demonstrations(): readonly string[] {
  return readdirSync(temporary).filter((name) => /^(agent-trace-demo|at-editor|at-browser)-/.test(name));
}

/** Every process that was started with the demonstration's runtime folder: watcher, agent, editor and all of theirs. */
function cast(): readonly ObservedProcess[] {
  return demonstrations().flatMap((name) => processesWith('AGENT_TRACE_RUNTIME_DIR', join(temporary, name, 'run')));
}

describe('npm start', () => {
  it.each([
    ['--fast', "Unknown option '--fast'"],
    ['editor', "Unexpected argument 'editor'"],
    ['--keep', '--keep needs --terminal'],
    ['--once --terminal', '--terminal and --once exclude each other'],
  ])('refuses "%s" and tells the usage', (line, said) => {
    const { status, stderr } = start(line.split(' '));
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('usage: npm start');
  });

  it('tells the usage when asked', () => {
    const { status, stdout } = start(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('usage: npm start');
  });

  it(
    'fails with the reason where there is no browser to play it through in, and leaves nothing behind',
    () => {
      const { status, stderr } = start(['--once'], { AGENT_TRACE_TEST_CHROMIUM: '/nowhere/chromium' });
      expect(stderr).toContain('demonstration failed:');
      expect(stderr).toContain('/nowhere/chromium');
      expect(status).toBe(1);
      expect(demonstrations()).toEqual([]);
    },
    EDITOR_MS,
  );
});

describe.skipIf(!hasTmux)('npm start in a terminal', () => {
  it(
    'shows editor, agent and watcher until Ctrl+C, starts the agent again at Enter, and leaves nothing behind',
    async () => {
      const env = `TMPDIR='${temporary}'`;
      const terminal = new TmuxTerminal({
        columns: 150,
        rows: 50,
        command: `cd '${ROOT}' && env -u DISPLAY -u WAYLAND_DISPLAY ${env} '${process.execPath}' '${START}'`,
      });
      try {
        const shown = (what: RegExp) =>
          waitFor(`${what} in the terminal`, () => what.exec(terminal.all.join('\n')) ?? undefined, EDITOR_MS / 2);
        const [address] = await shown(/http:\/\/127\.0\.0\.1:\d+\/\?tkn=\S+/);
        // The editor keeps the token in a cookie, and leads to the address without it.
        const answer = await fetch(address, { redirect: 'manual' });
        expect(answer.status).toBe(302);
        const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
        const page = await fetch(new URL(answer.headers.get('location') ?? '', address), { headers: { cookie } });
        expect(page.status).toBe(200);
        expect(await page.text()).toContain('vscode');
        const { origin } = new URL(address);
        expect((await fetch(`${origin}/?folder=/`)).status).toBe(403);

        const [, first = ''] = await shown(/([0-9a-f]{8}) ■ started: claude-code/);
        await shown(/Read src\/cart\.js/);
        const agent = await waitFor('the agent', () => cast().find(isAgent));
        process.kill(agent.pid, 'SIGKILL');
        await waitFor('the end of the agent', () => !isRunning(agent));
        await waitFor('another agent', () => {
          // Heard only once the demonstration too has seen the end of the first; while one runs it does nothing.
          terminal.press('Enter');
          return cast().find((seen) => isAgent(seen) && seen.pid !== agent.pid);
        });
        await waitFor('its session', () => {
          const started = terminal.all.join('\n').matchAll(/([0-9a-f]{8}) ■ started: claude-code/g);
          return [...started].some(([, id]) => id !== first);
        });

        const seen = cast();
        expect(seen.length).toBeGreaterThan(2);
        terminal.press('C-c');
        await shown(/prompt>/);
        expect(seen.filter(isRunning)).toEqual([]);
        expect(demonstrations()).toEqual([]);
      } finally {
        terminal.dispose();
      }
    },
    EDITOR_MS,
  );
});

function isAgent({ pid }: ObservedProcess): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('scripts/demo/agent.ts');
  } catch {
    return false;
  }
}
