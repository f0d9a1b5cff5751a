import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findStore } from '../../../../core/node/store/store-path.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

function folders(...names: string[]): string {
  const root = tempFolder();
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
  return root;
}

describe.skipIf(process.platform === 'win32')('findStore', () => {
  it('takes the store that the user names, relative to the workspace', () => {
    const env = { AGENT_TRACE_DIR: 'traces' };
    expect(findStore({ env, cwd: '/a/b', workspace: '/a' })).toEqual({ path: '/a/traces', chosen: true });
    expect(findStore({ env, cwd: '/a/b' })).toEqual({ path: '/a/b/traces', chosen: true });
    expect(findStore({ env: { AGENT_TRACE_DIR: '/t' }, cwd: '/a' })).toEqual({ path: '/t', chosen: true });
  });

  it('takes the workspace that the agent names, wherever the agent has moved to', () => {
    const root = folders('project/sub/.agent-traces');
    const query = { env: {}, cwd: join(root, 'project/sub'), workspace: join(root, 'project') };
    expect(findStore(query)).toEqual({ path: join(root, 'project/.agent-traces'), chosen: false });
  });

  it('goes up to the nearest store of the repository', () => {
    const root = folders('repo/.git', 'repo/.agent-traces', 'repo/a/b', 'repo/c/.agent-traces', 'repo/c/d');
    expect(findStore({ env: {}, cwd: join(root, 'repo/a/b') }).path).toBe(join(root, 'repo/.agent-traces'));
    expect(findStore({ env: {}, cwd: join(root, 'repo/c/d') }).path).toBe(join(root, 'repo/c/.agent-traces'));
  });

  it.each(['.agent-traces', '.claude', '.watch-rules.json', '.watch-rules.yaml', '.watch-rules.yml'])(
    'stays in a folder that has %s, whatever is above it',
    (mark) => {
      const root = folders('repo/.git', 'repo/.agent-traces', `repo/package/${mark}`);
      const found = findStore({ env: {}, cwd: join(root, 'repo/package') });
      expect(found).toEqual({ path: join(root, 'repo/package/.agent-traces'), chosen: false });
    },
  );

  it('stays in the current folder of a repository without a store: an agent started there records there', () => {
    const root = folders('outer/.agent-traces', 'outer/repo/.git', 'outer/repo/a');
    expect(findStore({ env: {}, cwd: join(root, 'outer/repo/a') }).path).toBe(join(root, 'outer/repo/a/.agent-traces'));
  });

  it('takes a worktree, whose .git is a file, for a repository', () => {
    const root = folders('.agent-traces', 'tree/a');
    writeFileSync(join(root, 'tree/.git'), 'gitdir: elsewhere\n');
    expect(findStore({ env: {}, cwd: join(root, 'tree/a') }).path).toBe(join(root, 'tree/a/.agent-traces'));
  });

  it('stays in the current directory when nothing is found above', () => {
    const root = folders('plain');
    expect(findStore({ env: {}, cwd: join(root, 'plain') }).path).toBe(join(root, 'plain/.agent-traces'));
  });
});
