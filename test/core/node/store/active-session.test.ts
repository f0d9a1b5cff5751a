import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearActive, markActive } from '../../../../core/node/store/active-session.ts';
import { tempFolder } from '../../../rig/temp-folder.ts';

describe('the mark of the active session', () => {
  it('names the session that started last', () => {
    const store = tempFolder();
    markActive(store, 'first');
    markActive(store, 'second');
    expect(readFileSync(join(store, '.active-session'), 'utf8')).toBe('second');
  });

  it('is cleared by the session it names, and by no other', () => {
    const store = tempFolder();
    clearActive(store, 'first');
    markActive(store, 'second');
    clearActive(store, 'first');
    expect(existsSync(join(store, '.active-session'))).toBe(true);
    clearActive(store, 'second');
    expect(existsSync(join(store, '.active-session'))).toBe(false);
  });
});
