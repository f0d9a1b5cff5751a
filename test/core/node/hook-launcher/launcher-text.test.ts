import { describe, expect, it } from 'vitest';
import { launcherFile } from '../../../../core/node/hook-launcher/hook-launcher.ts';
import { type LauncherRecord, recordIn } from '../../../../core/node/hook-launcher/launcher-record.ts';
import { launcherText } from '../../../../core/node/hook-launcher/launcher-text.ts';

const HOME = 'C:\\Users\\Jürgen';
const EXTENSION = `${HOME}\\.vscode\\extensions\\agent-trace.agent-trace-0.1.0`;
const RECORD: LauncherRecord = {
  node: 'C:\\Program Files\\nodejs\\node.exe',
  installations: [
    {
      version: '0.1.0',
      hook: `${EXTENSION}\\dist\\hook.cjs`,
      runtime: `${HOME}\\AppData\\Local\\Programs\\100% VS Code\\Code.exe`,
    },
  ],
};
const place = { folder: `${HOME}\\.agent-trace\\bin`, home: HOME, platform: 'win32' } as const;

describe('the launcher for Windows', () => {
  it('is a batch file in the user\u2019s folder', () => {
    expect(launcherFile({ home: HOME, platform: 'win32' })).toBe(`${place.folder}\\hook.cmd`);
  });

  it('names what lies in the home folder from its own place, in ASCII only, and says nothing when all is gone', () => {
    const lines = launcherText(RECORD, place).split('\r\n');
    const isThere = 'if exist "%HOOK%" if exist';
    const editor = '"%~dp0..\\..\\AppData\\Local\\Programs\\100%% VS Code\\Code.exe"';
    const node = '"C:\\Program Files\\nodejs\\node.exe"';
    const runs = [node, editor].map((runtime) => `${isThere} ${runtime} ${runtime} "%HOOK%" %* & exit /b 0`);
    const extensions = '%~dp0..\\..\\.vscode\\extensions\\agent-trace.agent-trace-';
    expect(lines[0]).toBe('@echo off');
    expect(lines.filter((line) => !line.startsWith('rem ')).slice(1)).toEqual([
      'setlocal DisableDelayedExpansion',
      'set "NODE_OPTIONS="',
      'set "ELECTRON_RUN_AS_NODE=1"',
      `set "HOOK=${extensions}0.1.0\\dist\\hook.cjs"`,
      ...runs,
      `for /d %%D in ("${extensions}*") do if exist "%%D\\dist\\hook.cjs" set "HOOK=%%D\\dist\\hook.cjs"`,
      ...runs,
      'exit /b 0',
      '',
    ]);
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('carries its record in a form that no shell acts on', () => {
    const text = launcherText(RECORD, place);
    expect(recordIn(text)).toEqual(RECORD);
    expect(text.split('\r\n').find((line) => line.includes('installations'))).not.toMatch(/[%!^&|<>()]/);
  });

  it('refuses a path that the batch file could not hold', () => {
    const record = { ...RECORD, node: 'D:\\größer\\node.exe' };
    expect(() => launcherText(record, place)).toThrow(expect.objectContaining({ code: 'refused' }));
  });
});

describe('the launcher for POSIX', () => {
  it('refuses a path whose bytes are not known', () => {
    const record = { ...RECORD, node: '/a\uFFFD/node' };
    expect(() => launcherText(record, { folder: '/h/.agent-trace/bin', home: '/h', platform: 'linux' })).toThrow(
      expect.objectContaining({ code: 'refused' }),
    );
  });
});
