import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactEntry, redactText } from '../../../../core/common/redact/redact-text.ts';
import { LOOKALIKES, PLAIN_ENTRIES, SECRET_ENTRIES, SECRETS } from './samples.ts';

describe('redactText', () => {
  it.each(SECRETS)('takes the secret out of $text', ({ text, secret }) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toMatch(/\[REDACTED:[a-z-]+\]/);
    expect(redacted.startsWith(text.slice(0, text.indexOf(secret)))).toBe(true);
    expect(redactText(redacted)).toBe(redacted);
  });

  it.each(SECRETS)('finds it in the middle of a long text as well: $text', ({ text, secret }) => {
    const around = `${'some words of no interest, '.repeat(400)}\n`;
    expect(redactText(`${around}${text}\n${around}`)).not.toContain(secret);
  });

  it.each(LOOKALIKES)('leaves alone what only looks like one: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('never fails, whatever stands together', () => {
    const pieces = SECRETS.map(({ text }) => text).concat(LOOKALIKES);
    const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (parts) => {
        expect(typeof redactText(parts.join('\n'))).toBe('string');
      }),
    );
  });

  // Were a rule not linear, a megabyte of its own beginning would not be done within the test's time.
  it.each([
    ...[
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----\n-',
      'eyJ',
      'eyJaaaaaaaaaaaa.',
      'eyJaaaaaaaaaaaa',
      'sk-',
    ],
    ...[
      '://a:',
      '://a:b',
      '://a:b@',
      'password=',
      'password="',
      'token:',
      'token        ',
      'secret_key',
      'api_key: a1 ',
    ],
    ...[
      'authorization: ',
      'Bearer aaaaaaaaaaaaaaaaaaaa ',
      'curl -u ',
      ' -u a',
      'mysql ',
      'sshpass -p',
      'identified by "',
    ],
    ...[
      'cookie: a=',
      'login a password ',
      ' --password ',
      ' --a-',
      '\\"',
      '\\',
      '"',
      "'",
      '`',
      'token=\\"',
      '<password>',
    ],
    ...[
      'name: TOKEN\nvalue',
      'X_TOKEN=a',
      'ghp_',
      'glpat-',
      'hooks.slack.com/services/',
      '8Q~',
      '?sig=',
      '123456789:AA',
    ],
    ...['dp.pt.', 'SG.aaaaaaaaaaaaaaaaaaaa', 'a', 'A1', ' ', '\n', '-', '_', 'é', '密码', '😀'],
  ])('takes a megabyte of %j without effort', (beginning) => {
    const text = beginning.repeat(Math.ceil(1_000_000 / beginning.length));
    expect(redactText(text).length).toBeGreaterThan(0);
    expect(redactText(beginning + 'a'.repeat(1_000_000)).length).toBeGreaterThan(0);
  });
});

describe('redactEntry', () => {
  it.each(SECRET_ENTRIES)('takes the value of %s: %s', (name, value) => {
    expect(redactEntry(name, value)).toMatch(/^\[REDACTED:[a-z]+\]$/);
  });

  it.each(PLAIN_ENTRIES)('leaves %s: %s', (name, value) => {
    expect(redactEntry(name, value)).toBe(value);
  });

  it('takes a password that is a word about passwords, which in running text would be code', () => {
    expect(redactEntry('password', 'mypassword')).toBe('[REDACTED:password]');
    expect(redactText('password = password')).toBe('password = password');
  });
});
