import { describe, expect, it } from 'vitest';
import { createRedactor, keepAll } from '../../../../core/common/redact/redactor.ts';
import { storableEvent } from '../../../../core/common/redact/storable-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const maker = new EventMaker();
const stored = (data: Record<string, unknown>, redact = createRedactor([])): Record<string, unknown> => ({
  ...storableEvent(maker.event('tool_call', data), redact).data,
});

describe('storableEvent', () => {
  it('redacts strings wherever they stand, by their own text and by the name they stand under', () => {
    const data = {
      arguments: {
        command: 'curl -u admin:hunter2 https://x.example.com',
        env: [{ DB_PASSWORD: 'correct horse' }, { PATH: '/bin' }],
        passwords: ['a'],
        password: ['one', 'two'],
        pin: { password: 12345678, size: 12345678 },
        'Bearer abcdefghijklmnop123456': true,
      },
    };
    expect(stored(data)).toEqual({
      arguments: {
        command: 'curl -u admin:[REDACTED:cli-login] https://x.example.com',
        env: [{ DB_PASSWORD: '[REDACTED:password]' }, { PATH: '/bin' }],
        passwords: ['a'],
        password: ['one', 'two'].map(() => '[REDACTED:password]'),
        pin: { password: '[REDACTED:password]', size: 12345678 },
        'Bearer [REDACTED:bearer-token]': true,
      },
    });
  });

  it('leaves ids, counts and everything else as it is', () => {
    const data = {
      tool_use_id: 'toolu_01A09q90qw90lq917835lq9',
      usage: { input: 1523, output: 88, cache_read: 3_000_000 },
      patch: [{ start: 10, lines: 2 }],
      flags: [true, false, null],
    };
    expect(stored(data)).toEqual(data);
  });

  it("takes out what the user's own patterns match", () => {
    const redact = createRedactor([/ACME-\d+/g, /x*/g]);
    expect(stored({ text: 'ticket ACME-1234 and ACME-99' }, redact)).toEqual({
      text: 'ticket [REDACTED:custom] and [REDACTED:custom]',
    });
  });

  it('redacts nothing when it is told to keep all, but still cuts', () => {
    const { password, text } = stored({ password: 'hunter2', text: 'y'.repeat(70_000) }, keepAll);
    expect(password).toBe('hunter2');
    expect(String(text).length).toBeLessThan(66_000);
  });

  it('redacts before it cuts, so that no half of a secret is left at the cut', () => {
    const key = [
      '-----BEGIN ',
      'PRIVATE KEY-----\n',
      'MIIEvQIBADANBgkq\n'.repeat(60),
      '-----END ',
      'PRIVATE KEY-----',
    ].join('');
    for (let before = 31_700; before < 32_900; before += 40) {
      const { text } = stored({ text: `${'z'.repeat(before)}\n${key}\n${'z'.repeat(50_000)}` });
      expect(text).not.toContain('MIIEvQ');
    }
  });

  it('keeps names that mean something to JavaScript', () => {
    const data = { arguments: JSON.parse('{"__proto__":{"a":"b"},"constructor":"c"}') as unknown };
    expect(JSON.stringify(stored(data))).toBe('{"arguments":{"__proto__":{"a":"b"},"constructor":"c"}}');
  });

  it('leaves out what nests too deeply', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(JSON.stringify(stored({ arguments: { deep } }))).toContain('[nested too deeply]');
  });

  it('bounds an event of many long strings', () => {
    const many = Array.from({ length: 1_000 }, () => 'x'.repeat(60_000));
    expect(JSON.stringify(stored({ arguments: { many } })).length).toBeLessThan(2_000_000);
  });
});
