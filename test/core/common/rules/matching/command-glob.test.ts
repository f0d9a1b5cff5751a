import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandTexts, matchesCommand } from '../../../../../core/common/rules/matching/command-glob.ts';
import { splitCommandLine } from '../../../../../core/common/rules/matching/command-line.ts';

const matches = (glob: string, line: string): boolean => matchesCommand(glob, commandTexts(line));

describe('a glob of command', () => {
  test.each<[glob: string, yes: string[], no: string[]]>([
    [
      'rm -rf *',
      [
        'rm -rf /tmp/y',
        '  rm   -rf\t/tmp/y ',
        'cd x && rm -rf /tmp/y',
        'cd x||rm -rf y',
        'true; rm -rf y; true',
        'ls | rm -rf y',
        'sleep 1 & rm -rf y',
        'ls\nrm -rf y',
        'rm \\\n -rf y',
        '(cd x; rm -rf y)',
        '{ rm -rf y; }',
        'if true; then rm -rf y; fi',
        'for f in *; do rm -rf "$f"; done',
        'f() { rm -rf y; }',
        'case $x in a) rm -rf y;; esac',
        'echo $(rm -rf y)',
        'echo "done: $(rm -rf y)"',
        'echo `rm -rf y`',
        'diff <(rm -rf y) z',
        'FOO=1 BAR="a b" rm -rf y',
        'sudo rm -rf y',
        'sudo -u root -E rm -rf y',
        'env -u A B=1 rm -rf y',
        'nohup nice -n 5 rm -rf y',
        'timeout -k 5 10 rm -rf y',
        'time rm -rf y',
        'find . | xargs -n 1 rm -rf y',
        'find . -name x -exec rm -rf {} \\;',
        '/bin/rm -rf y',
        'sudo /usr/bin/rm -rf y',
        '\'rm\' "-rf" y',
        '\\rm -rf y',
        '2>/dev/null rm -rf y',
        '> log rm -rf y',
        "bash -c 'cd x && rm -rf y'",
        'bash -lc "rm -rf y"',
        'sudo sh -c "rm -rf y"',
        "su -c 'rm -rf y'",
        `bash -c "bash -c 'rm -rf y'"`,
        'eval "rm -rf y"',
        'bash <<EOF\nrm -rf y\nEOF',
        'rm -rf y > log 2>&1',
        'a=$((1<<2))\nrm -rf y\n2',
        '((i<<2))\nrm -rf y\n2',
        'a=$(( (1<<2) ))\nrm -rf y\n2',
        "echo it's; echo '\nrm -rf y'; rm -rf z",
        "# it's a comment\nrm -rf y",
        "cat > f <<'EOF'\nit's text\nEOF\nrm -rf y",
        "cat <<-EOF\n\tit's\n\tEOF\nrm -rf y",
        "cat <<A <<B\nit's\nA\nit's\nB\nrm -rf y",
        'cat <<EOF\nnever closed\nrm -rf y',
        "echo $'it\\'s' && rm -rf y",
        'cat <<< "x" && rm -rf y',
        'ls &> log && rm -rf y',
        "git commit -m \"$(cat <<'EOF'\nit's (half) done\nEOF\n)\" && rm -rf y",
        'rm -rf y\r\n',
      ],
      [
        'rm -r x',
        'rm -rf',
        'echo rm -rf y',
        'echo "rm -rf y"',
        "echo 'a; rm -rf y'",
        'git commit -m "rm -rf y; is guarded"',
        '# rm -rf y',
        'ls # && rm -rf y',
        "cat > cleanup.sh <<'EOF'\nrm -rf y\nEOF",
        'git commit -m "$(cat <<\'EOF\'\nfix: x\nrm -rf y; it\'s "quoted"\nEOF\n)"',
        'echo a\\;rm -rf y',
        'farm -rf y',
      ],
    ],
    ['*rm -rf*', ['echo "rm -rf y"', 'x; rm -rf', 'rm  -rf'], ['rm -r -f']],
    ['git push*', ['git push', 'cd a && git push --force'], ['git pull']],
    ['sudo *', ['sudo ls', 'cd / && sudo ls'], ['echo sudo ls']],
    ['curl * | sh', ['curl https://x/y | sh', 'curl -fsSL x  |  sh'], ['curl x > y']],
    ['npm ?un *', ['npm run x', 'npm\nrun x'], ['npm un x']],
    ['*', ['anything', ''], []],
    ['a.b[c]', ['a.b[c]'], ['axbc']],
  ])('%s', (glob, yes, no) => {
    for (const line of yes) expect([line, matches(glob, line)]).toEqual([line, true]);
    for (const line of no) expect([line, matches(glob, line)]).toEqual([line, false]);
  });

  test('compares a text in time that grows with its length, not with a power of it', { timeout: 5_000 }, () => {
    expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(50_000))).toBe(false);
  });
});

/** True when all of a word's characters stand in the line in this order: joined lines leave some out. */
function isFoundIn(word: string, line: string): boolean {
  let at = 0;
  for (const character of line) if (character === word[at]) at += 1;
  return at === word.length;
}

describe('splitting a command line', () => {
  test('gives words as written and as the shell hands them on', () => {
    expect(splitCommandLine(`a "b c"'d' \\e && f`)).toEqual(
      [
        {
          words: [
            { raw: 'a', value: 'a' },
            { raw: `"b c"'d'`, value: 'b cd' },
            { raw: '\\e', value: 'e' },
          ],
          documents: [],
        },
        { words: [{ raw: 'f', value: 'f' }], documents: [] },
      ].map((each) => expect.objectContaining(each)),
    );
  });

  test('never fails, and invents no text', () => {
    const piece = fc.constantFrom(
      ...'ab \n\t\'"`$()<>|&;\\#{}=-',
      '$(',
      '<<',
      '<<<',
      '<<-',
      'EOF',
      '$((',
      '))',
      "$'",
      'sh -c ',
      'eval ',
      'sudo ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const line = pieces.join('');
        for (const { words } of splitCommandLine(line))
          for (const { raw } of words) expect(isFoundIn(raw, line)).toBe(true);
        expect(commandTexts(line).length).toBeGreaterThan(0);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    '(',
    '$(',
    '"$(',
    '`',
    "'",
    '"',
    '$((',
    '<<a\n',
    '<<a ',
    '>&',
    '\\',
    "$'a'",
    'sudo ',
    'sh -c "',
    'a=1 ',
    'a;',
    '#',
    '# \n',
    '{ ',
    'find -exec ',
    'eval ',
  ])('256 KiB of %j do not take long', { timeout: 10_000 }, (piece) => {
    expect(matches('rm -rf *', piece.repeat(Math.floor((1 << 18) / piece.length)))).toBe(false);
  });

  test('beyond 256 KiB a line is compared as a whole', () => {
    expect(matches('rm -rf *', `echo ${'x'.repeat(1 << 18)}; rm -rf y`)).toBe(false);
    expect(matches('*rm -rf *', `echo ${'x'.repeat(1 << 18)}; rm -rf y`)).toBe(true);
  });
});
