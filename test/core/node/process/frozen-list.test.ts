import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frozenLists } from '../../../../core/node/process/frozen-list.ts';

describe('lists of frozen processes', () => {
  let dir: string;
  const agent = { pid: 100, startTime: '5000', bootId: 'boot' };
  const shell = { pid: 101, startTime: '5001', bootId: 'boot' };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'frozen-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const file = (): string => join(dir, 'frozen', readdirSync(join(dir, 'frozen'))[0] ?? '');

  it('are read in the order they were written, until removed', () => {
    const lists = frozenLists(dir);
    expect(lists.read(agent)).toBeUndefined();
    expect(lists.write(agent, [agent, shell])).toBe(true);
    expect(frozenLists(dir).read(agent)).toEqual([agent, shell]);
    lists.remove(agent);
    lists.remove(agent);
    expect(lists.read(agent)).toBeUndefined();
  });

  it('belong to one process, not to one pid', () => {
    const lists = frozenLists(dir);
    lists.write(agent, [agent, shell]);
    expect(lists.read({ ...agent, startTime: '5002' })).toBeUndefined();
    expect(lists.read({ ...agent, bootId: 'later' })).toBeUndefined();
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"pid":100', '"pid":102'));
    expect(lists.read(agent)).toBeUndefined();
  });

  it('lose bad entries only', () => {
    const lists = frozenLists(dir);
    lists.write(agent, [agent, shell]);
    writeFileSync(file(), JSON.stringify({ agent, members: [{ pid: 0 }, shell, 'x', { pid: 7, startTime: '1' }] }));
    expect(lists.read(agent)).toEqual([shell]);
    writeFileSync(file(), '{');
    expect(lists.read(agent)).toBeUndefined();
  });

  it('hold identities and nothing else of a process', () => {
    frozenLists(dir).write(agent, [{ ...agent, name: 'secret' } as typeof agent]);
    expect(readFileSync(file(), 'utf8')).not.toContain('secret');
  });

  it('say when they cannot be written', () => {
    writeFileSync(join(dir, 'frozen'), 'in the way');
    expect(frozenLists(dir).write(agent, [agent])).toBe(false);
  });
});
