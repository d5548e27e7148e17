import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { attempt, failedProbe, goodProbe, printable, type ProbeContext } from './attempt.ts';
import { context } from './loopback.test.support.ts';

describe('attempt', () => {
  test('gives the first result, ignores later ones, and lets go once', async () => {
    const release = vi.fn<() => void>();
    const result = await attempt(1_000, context(), settle => {
      setImmediate(() => {
        settle(goodProbe('first'));
        settle(goodProbe('second'));
      });
      return release;
    });
    expect(result).toEqual({ good: true, warning: false, text: 'first' });
    expect(release).toHaveBeenCalledOnce();
  });

  test('lets go also when the result is there before begin returns', async () => {
    const release = vi.fn<() => void>();
    await attempt(1_000, context(), settle => {
      settle(goodProbe('at once'));
      return release;
    });
    expect(release).toHaveBeenCalledOnce();
  });

  test('is bad, and lets go, when nothing comes before the deadline', async () => {
    const release = vi.fn<() => void>();
    const result = await attempt(20, context(), () => release);
    expect(result.good).toBe(false);
    expect(result.text).toContain('within 20 ms');
    expect(release).toHaveBeenCalledOnce();
  });

  test('has no evidence when Miko itself stood still over the deadline', async () => {
    const result = await attempt(10, context(), () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
      return () => {};
    });
    expect(result).toMatchObject({ good: false, lost: true, text: expect.stringContaining('Miko itself was late') });
  });

  test('has no evidence when the deadline finds it still resolving the name', async () => {
    const slowNames: ProbeContext = { lookup: () => {}, signal: new AbortController().signal };
    const result = await attempt(20, slowNames, (_settle, lookup) => {
      lookup('web.test', { all: true }, () => {});
      return () => {};
    });
    expect(result).toMatchObject({ good: false, lost: true, text: 'the name was not resolved within 20 ms' });
  });

  test('called off, before or while it runs, it ends without evidence and lets go', async () => {
    const release = vi.fn<() => void>();
    const running = new AbortController();
    const result = attempt(60_000, { ...context(), signal: running.signal }, () => release);
    running.abort();
    expect(await result).toMatchObject({ good: false, lost: true, text: 'called off' });
    expect(release).toHaveBeenCalledOnce();

    const begin = vi.fn<() => () => void>();
    expect(await attempt(60_000, { ...context(), signal: AbortSignal.abort() }, begin)).toMatchObject({ lost: true });
    expect(begin).not.toHaveBeenCalled();
  });

  test('a throw of begin is a bad result', async () => {
    const result = await attempt(1_000, context(), () => {
      throw new Error('cannot begin');
    });
    expect(result).toEqual({ good: false, warning: false, text: 'cannot begin' });
  });
});

describe('failedProbe', () => {
  const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'ETIMEDOUT'])('%s is the endpoint: bad', code => {
    expect(failedProbe(coded(code))).toEqual({ good: false, warning: false, text: `connect ${code}` });
  });

  test.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EAI_AGAIN', 'ELOOKUPBUSY'])('%s is Miko: no evidence', code => {
    expect(failedProbe(coded(code))).toMatchObject({ good: false, lost: true });
  });

  test('several attempts are Miko only when all of them are', () => {
    const mixed = failedProbe(new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]));
    expect(mixed).toEqual({ good: false, warning: false, text: 'connect ENETUNREACH; connect ECONNREFUSED' });
    expect(failedProbe(new AggregateError([coded('ENETUNREACH'), coded('EMFILE')]))).toMatchObject({ lost: true });
    expect(failedProbe('odd')).toEqual({ good: false, warning: false, text: 'odd' });
  });
});

describe('printable', () => {
  test.each([
    ['ok', 'ok'],
    ['  two\r\nlines\t\u0000 and \u001B[31mcolour\u001B[0m ', 'two lines and [31mcolour [0m'],
    ['right\u202Eto left\u2028line', 'right to left line'],
    ['\uD800 alone', 'alone'],
    ['grüße 漢字 🙂', 'grüße 漢字 🙂'],
    ['x'.repeat(300), 'x'.repeat(256)],
    [`${'x'.repeat(255)}🙂`, 'x'.repeat(255)],
  ])('%j becomes %j', (text, line) => {
    expect(printable(text)).toBe(line);
  });

  test('any text becomes at most 256 well-formed characters without control characters, and stays as it is from then on', () => {
    const points = fc.oneof(fc.integer({ min: 0, max: 0x300 }), fc.integer({ min: 0xd700, max: 0xe100 }), fc.integer({ min: 0, max: 0x10ffff }));
    fc.assert(
      fc.property(fc.array(points, { maxLength: 400 }), list => {
        const line = printable(String.fromCodePoint(...list));
        expect(line.length).toBeLessThanOrEqual(256);
        expect(line.isWellFormed()).toBe(true);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(printable(line)).toBe(line);
      }),
    );
  });
});
