import fc from 'fast-check';
import picomatch from 'picomatch/posix.js';
import { describe, expect, test } from 'vitest';
import { type PathOptions, splitAbsolute, toFilePath } from '../../../../../core/common/rules/matching/file-path.ts';
import { checkPathGlob, compilePathGlob, matchesPath } from '../../../../../core/common/rules/matching/path-glob.ts';

function rootOf(workspace: string | undefined, { home }: PathOptions): readonly string[] | undefined {
  return workspace === undefined ? undefined : splitAbsolute(workspace, home);
}

interface Surroundings {
  readonly workspace?: string | undefined;
  readonly nocase?: boolean;
  readonly home?: string | undefined;
}

const USUAL: Surroundings = { workspace: '/home/u/proj', nocase: false, home: '/home/u' };
const NOCASE: Surroundings = { ...USUAL, nocase: true };

function matches(glob: string, path: string, { workspace, nocase = false, home }: Surroundings = USUAL): boolean {
  expect(checkPathGlob(glob)).toBeUndefined();
  const options = { nocase, home };
  const file = toFilePath(path, rootOf(workspace, options), options);
  return file !== undefined && matchesPath(compilePathGlob(glob, options), file);
}

describe('a glob of file_path', () => {
  test.each<[glob: string, yes: string[], no: string[]]>([
    // Without a slash: the name, wherever the file is.
    ['.env', ['.env', 'a/b/.env', './.env', '/home/u/proj/x/.env', '/etc/.env'], ['.env.local', 'x.env', '.env/x']],
    ['.env*', ['.env', '.env.local', 'a/.env.production'], ['env', 'a.env']],
    ['*.pem', ['a.pem', 'x/y/a.pem', '.pem', '/etc/ssl/k.pem'], ['a.pem.txt']],
    ['id_?sa', ['id_rsa', '/root/.ssh/id_dsa'], ['id_rrsa', 'id_sa']],
    // With a slash: the path below the workspace.
    ['./.env', ['.env', '/home/u/proj/.env'], ['a/.env', '/etc/.env']],
    ['src/*.ts', ['src/a.ts', 'src/.a.ts', './src//a.ts', 'src/b/../a.ts'], ['src/b/a.ts', 'a.ts', 'x/src/a.ts']],
    ['src/**', ['src/a', 'src/a/b/.c'], ['src2/a', 'x/src/a', '/src/a']],
    ['**/.env*', ['.env', 'a/.env.local', '/etc/.env', '/home/u/proj/a/b/.env'], ['a/env']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'ab']],
    ['**', ['a', 'a/b/.c', '/etc/passwd', '../x'], []],
    ['*/*', ['a/b', '.a/.b'], ['a', 'a/b/c']],
    // A slash at the end: all that is below, at any depth when it is one name.
    ['secrets/', ['secrets/a', 'x/secrets/a/b', '/srv/secrets/k'], ['secrets2/a']],
    ['a/secrets/', ['a/secrets/x'], ['b/a/secrets/x', 'a/secret']],
    // Outside of the workspace.
    ['/etc/**', ['/etc/passwd', '/etc/a/b', '../../../etc/x'], ['etc/passwd', '/home/u/proj/etc/passwd']],
    ['/home/u/proj/.env', ['.env', '/home/u/proj/.env'], ['a/.env']],
    ['~/.ssh/**', ['/home/u/.ssh/id_rsa', '~/.ssh/config', '../.ssh/x'], ['.ssh/x', '/home/v/.ssh/x']],
    ['../*.txt', ['../a.txt', '/home/u/a.txt'], ['a.txt', '../b/a.txt', '../../a.txt']],
    ['../../**', ['../../a', '/home/v/a/b'], ['../a', 'a']],
    ['../other/**', ['../other/x/y', '/home/u/other/x'], ['other/x']],
    // Alternatives and brackets.
    ['{.env,src/**}', ['.env', 'a/.env', 'src/x'], ['src2/x']],
    ['src/{a,b{c,d}}.ts', ['src/a.ts', 'src/bc.ts', 'src/bd.ts'], ['src/b.ts', 'src/bcd.ts']],
    ['{a,}b', ['ab', 'b'], ['cb']],
    ['[a-c]?', ['ax', 'c1'], ['dx', 'a']],
    ['[!a]b', ['cb', '!b'], ['ab']],
    ['[]x]', [']', 'x'], ['a']],
    ['[*]', ['*'], ['a']],
    ['[!]x', ['!x'], ['ax', 'x']],
    ['[!]]x', ['ax'], [']x']],
    ['[a-]x', ['ax', '-x'], ['bx']],
    ['[!a-c-]x', ['dx'], ['bx', '-x']],
    ['[^a]x', ['bx'], ['ax']],
    ['?[\u{1f600}-\u{1f602}]', ['\u{1f680}\u{1f601}'], ['\u{1f601}', 'ab\u{1f601}']],
    ['[{]x', ['{x'], ['x']],
    ['app/[id]/page.tsx', ['app/[id]/page.tsx', 'app/i/page.tsx'], ['app/id/page.tsx']],
    // Signs that mean nothing in a glob stand for themselves.
    ['app/(group)/p.$id.ts', ['app/(group)/p.$id.ts'], ['app/group/p.id.ts']],
    ['a+b|c^"d@e', ['a+b|c^"d@e'], ['aab']],
    // Windows paths.
    ['src/*.ts', ['src\\a.ts', '.\\src\\a.ts'], ['src\\b\\a.ts']],
    ['C:/Users/**', ['C:\\Users\\x', 'c:/Users/x/y'], ['D:\\Users\\x', 'Users/x']],
    ['caf\u00e9', ['cafe\u0301'], ['cafe']],
  ])('%s', (glob, yes, no) => {
    for (const path of yes) expect([path, matches(glob, path)]).toEqual([path, true]);
    for (const path of no) expect([path, matches(glob, path)]).toEqual([path, false]);
  });

  test('ignores case where the file system does', () => {
    expect(matches('.ENV', '.env')).toBe(false);
    expect(matches('.ENV', '.env', NOCASE)).toBe(true);
    expect(matches('src/[A-C]*.TS', 'SRC/b.ts', NOCASE)).toBe(true);
    expect(matches('src/**', '/HOME/U/PROJ/src/a', NOCASE)).toBe(true);
    expect(matches('~/x', '/Home/U/X', NOCASE)).toBe(true);
  });

  test('below a workspace on a Windows drive', () => {
    expect(matches('src/**', 'c:\\w\\SRC\\a', { ...NOCASE, workspace: 'C:\\w' })).toBe(true);
    expect(matches('src/**', 'D:\\w\\src\\a', { ...NOCASE, workspace: 'C:\\w' })).toBe(false);
  });

  test('guards too much rather than nothing while the workspace or the home directory is unknown', () => {
    const nowhere = { ...USUAL, workspace: undefined };
    expect(matches('src/*.ts', '/home/u/proj/src/a.ts', nowhere)).toBe(true);
    expect(matches('src/*.ts', '../src/a.ts', nowhere)).toBe(true);
    expect(matches('src/*.ts', 'src/a.ts', nowhere)).toBe(true);
    expect(matches('src/*.ts', '/src/b/a.ts', nowhere)).toBe(false);
    expect(matches('~/.ssh/*', '/root/.ssh/id', { ...USUAL, home: undefined })).toBe(true);
  });
});

test.each([
  ['', 'an empty glob'],
  ['  ', 'an empty glob'],
  ['a ', 'a glob with a space at an end'],
  ['a'.repeat(513), 'a glob of more than 512 characters'],
  ['src\\*', 'a backslash in a glob'],
  ['!src/**', 'a glob that excludes'],
  ['+(a|b)', 'an extended glob: +(a|b)'],
  ['a!(b)', 'an extended glob: !(b)'],
  ['{a', 'a brace is not closed'],
  ['a}', 'a brace is closed that was not opened'],
  ['{a}', 'braces with a single alternative'],
  ['{1..9}', 'braces with a single alternative'],
  ['{a,b}'.repeat(7), 'a glob of more than 64 alternatives'],
  ['{'.repeat(500), 'a brace is not closed'],
  ['a[', 'a bracket is not closed'],
  ['[a/b]', 'a bracket is not closed'],
  ['[]', 'a bracket is not closed'],
  ['[z-a]', 'a bracket that means nothing'],
  ['[[:alpha:]]', 'a named class in a bracket'],
  ['a/../b', '.. inside a glob'],
  ['/', 'a glob that names no file'],
  ['.', 'a glob that names no file'],
  ['../', 'a glob that names no file'],
  ['/../x', '.. above the root'],
  ['~/../x', '.. above the root'],
])('the glob %j is turned down: %s', (glob, message) => {
  expect(checkPathGlob(glob)?.message).toBe(message);
});

describe('against the reference', () => {
  const name = fc.stringMatching(/^[ab.]{1,4}$/).filter((each) => each !== '.' && each !== '..');
  const globName = fc.oneof(
    fc.constant('**'),
    fc
      .array(fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[!a]', '[^.b]', '[a-c]', '(', '|', '$'), {
        minLength: 1,
        maxLength: 5,
      })
      .map((all) => all.join('')),
  );

  test('a glob with a slash matches the paths that picomatch matches', () => {
    fc.assert(
      fc.property(
        fc.array(globName, { minLength: 2, maxLength: 5 }),
        fc.array(name, { minLength: 1, maxLength: 6 }),
        (globParts, parts) => {
          const glob = globParts.join('/');
          fc.pre(checkPathGlob(glob) === undefined && !globParts.includes('.') && !globParts.includes('..'));
          const escaped = glob.replace(/[(|$]/g, '\\$&');
          const options = { dot: true, posix: true, noextglob: true, nonegate: true };
          const reference = picomatch(escaped, options);
          const path = parts.join('/');
          fc.pre(!/\*\*(?:\/\*\*)+/.test(glob));
          // `x/**` is `x` itself, too; the library agrees for some x only.
          const itself = glob.endsWith('/**') && picomatch(escaped.slice(0, -3), options)(path);
          expect(matches(glob, path)).toBe(reference(path) || itself);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('every glob that passes the check, and any path, gives an answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.stringMatching(/^[ab*?{},[\]/.~!^-]{1,30}$/)),
        fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.stringMatching(/^[ab./\\~:C]{0,30}$/)),
        fc.option(fc.constantFrom('/w', 'C:\\w', 'w', '', '..'), { nil: undefined }),
        fc.boolean(),
        (glob, path, workspace, nocase) => {
          if (checkPathGlob(glob)) return;
          const options = { nocase, home: '/h' };
          const file = toFilePath(path, rootOf(workspace, options), options);
          if (file) expect(typeof matchesPath(compilePathGlob(glob, options), file)).toBe('boolean');
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('hostile globs and paths do not take long', () => {
  test.each<[glob: string, path: string]>([
    [`${'*a'.repeat(250)}b`, 'a'.repeat(255)],
    [`**/${'*[ab]?'.repeat(80)}b`, `${'a'.repeat(255)}/`.repeat(120)],
    ['**/*a*a*ab', `${'a'.repeat(255)}/`.repeat(120)],
    [`${'**/a/'.repeat(100)}b`, 'a/'.repeat(16_000)],
    [`${'**/'.repeat(170)}b`, 'a/'.repeat(16_000)],
    [`**/${'?'.repeat(400)}`, 'a'.repeat(400)],
    ['**/*[ab]*[ab]*[ab]c', `${'a'.repeat(255)}/`.repeat(120)],
    ['**/.env', './'.repeat(1_000_000)],
    ['**/.env', '../'.repeat(1_000_000)],
    ['**/.env', '\\'.repeat(1_000_000)],
  ])('%.40s on %.20s', { timeout: 5_000 }, (glob, path) => {
    expect(matches(glob, path)).toBe(false);
    expect(matches(glob, path, NOCASE)).toBe(false);
  });

  test('a path padded with dots is still found', () => {
    expect(matches('.env', `${'./'.repeat(50_000)}.env`)).toBe(true);
  });
});
