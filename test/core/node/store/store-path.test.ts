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

  it('goes up to the nearest directory that has a store or is a repository', () => {
    const root = folders('outer/.agent-traces', 'outer/repo/.git', 'outer/repo/a/b', 'outer/other');
    expect(findStore({ env: {}, cwd: join(root, 'outer/repo/a/b') }).path).toBe(join(root, 'outer/repo/.agent-traces'));
    expect(findStore({ env: {}, cwd: join(root, 'outer/other') }).path).toBe(join(root, 'outer/.agent-traces'));
  });

  it('takes a worktree, whose .git is a file, for a repository', () => {
    const root = folders('tree/a');
    writeFileSync(join(root, 'tree/.git'), 'gitdir: elsewhere\n');
    expect(findStore({ env: {}, cwd: join(root, 'tree/a') }).path).toBe(join(root, 'tree/.agent-traces'));
  });

  it('stays in the current directory when nothing is found above', () => {
    const root = folders('plain');
    expect(findStore({ env: {}, cwd: join(root, 'plain') }).path).toBe(join(root, 'plain/.agent-traces'));
  });
});
