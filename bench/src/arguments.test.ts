import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

describe('parseArguments', () => {
  it('compares over three rounds unless told otherwise', () => {
    expect(parseArguments(['reads'])).toEqual({ works: ['reads'], runs: 3, compare: true, syncs: true, json: false, save: false });
  });
  it('takes options before and after the name', () => {
    expect(parseArguments(['--json', 'all', '--compare', '--runs', '5', '--no-syncs'])).toMatchObject({
      works: ['reads', 'registrations', 'fanout', 'capacity', 'objects', 'sdks', 'failover'], runs: 5, compare: true, syncs: false, json: true,
    });
  });
  it.each([
    [[], 'which'],
    [['writes'], 'writes'],
    [['reads', 'fanout'], 'fanout'],
    [['reads', '--runs', '0'], '--runs 0'],
    [['reads', '--runs', 'three'], '--runs three'],
    [['reads', '--fast'], '--fast'],
  ])('refuses %j and names it', (argv, named) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(named);
  });
});
