import { describe, expect, it } from 'vitest';
import { deadlineOf } from './deadline.ts';

describe('the deadline of a call', () => {
  it('counts from its arrival, and ends the call when nothing remains', () => {
    let now = 1_000;
    const deadline = deadlineOf('250', () => now);
    expect(deadline.remainingMs()).toBe(250);
    now += 249.5;
    expect(deadline.remainingMs()).toBe(1);
    now += 0.5;
    expect(() => deadline.remainingMs()).toThrow(expect.objectContaining({ code: 'deadline_exceeded', status: 504 }));
  });

  it('is 30 s where the caller names none, and then shortens no wait that was asked for', () => {
    const deadline = deadlineOf(undefined, () => 0);
    expect(deadline.remainingMs()).toBe(30_000);
    expect(deadline.within(120_000)).toBe(120_000);
  });

  it('shortens a wait where the caller named one', () => {
    const deadline = deadlineOf('5000', () => 0);
    expect([deadline.within(120_000), deadline.within(100)]).toEqual([5_000, 100]);
  });

  it.each(['', '0', '-1', '1.5', '1e3', ' 5', '0x10', '300001', '999999999999', ['1', '2']])('is refused where it is %j', header => {
    expect(() => deadlineOf(header)).toThrow(expect.objectContaining({ code: 'invalid_request', flaws: [expect.objectContaining({ pointer: 'Miko-Timeout-Ms' })] }));
  });

  it.each(['1', '300000'])('may be %s ms', header => expect(deadlineOf(header, () => 0).remainingMs()).toBe(Number(header)));
});
