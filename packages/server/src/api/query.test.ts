import { Problem } from '@miko/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './query.ts';

const declared = { service: 'names', tag: 'repeated', since: 'text', limit: 'integer' } as const;
const flaws = (search: string): [string, string][] => {
  try {
    parseQuery(search, declared);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_request') return error.flaws.map(f => [f.pointer, f.code]);
    throw error;
  }
  throw new Error(`${search} was taken`);
};

describe('parameters are read as declared', () => {
  it.each<[string, object]>([
    ['', {}], ['&', {}],
    ['since=abc', { since: 'abc' }], ['since=', { since: '' }], ['since', { since: '' }], ['since=a%20b+c', { since: 'a b c' }], ['since=a=b', { since: 'a=b' }],
    ['limit=0', { limit: 0 }], ['limit=100', { limit: 100 }], ['limit=9007199254740991', { limit: 9_007_199_254_740_991 }],
    ['service=web', { service: ['web'] }], ['service=web,mail', { service: ['web', 'mail'] }], ['service=web%2Cmail', { service: ['web', 'mail'] }],
    ['service=,web,,', { service: ['web'] }], ['service=*', { service: ['*'] }],
    ['tag=a&tag=b,c', { tag: ['a', 'b', 'c'] }],
    ['%73ince=1', { since: '1' }],
    ['service=%E4%BD%A0', { service: ['你'] }],
  ])('%s', (search, query) => {
    expect({ ...parseQuery(search, declared) }).toEqual(query);
  });

  it('inherits nothing: a parameter that was not sent is undefined', () => {
    const query = parseQuery('', declared);
    expect([query['constructor'], query['toString'], Object.getPrototypeOf(query)]).toEqual([undefined, undefined, null]);
  });
});

describe('what is not declared, or not so, is 400 and names the parameter', () => {
  it.each<[string, [string, string][]]>([
    ['x=1', [['x', 'unknown_parameter']]],
    ['Since=1', [['Since', 'unknown_parameter']]],
    ['__proto__=1', [['__proto__', 'unknown_parameter']]],
    ['constructor=1&toString=2', [['constructor', 'unknown_parameter'], ['toString', 'unknown_parameter']]],
    ['=1', [['', 'unknown_parameter']]],
    ['since=1&since=1', [['since', 'duplicate_parameter']]],
    ['service=a&service=b', [['service', 'duplicate_parameter']]],
    ['limit=1&limit=2', [['limit', 'duplicate_parameter']]],
    ['limit=', [['limit', 'type']]], ['limit=-1', [['limit', 'type']]], ['limit=1.5', [['limit', 'type']]], ['limit=1e3', [['limit', 'type']]], ['limit=0x10', [['limit', 'type']]],
    ['limit=%201', [['limit', 'type']]], ['limit=01', [['limit', 'type']]], ['limit=9007199254740992', [['limit', 'type']]], ['limit=99999999999999999999', [['limit', 'type']]],
    ['limit=%D9%A1', [['limit', 'type']]],
    // Empty is not absent: nobody gets everything because a list of names came out empty.
    ['service=', [['service', 'too_few']]], ['service=,,', [['service', 'too_few']]], ['tag=&tag=', [['tag', 'too_few']]],
    ['since=%00', [['since', 'pattern']]], ['service=a,b%0a', [['service', 'pattern']]], ['tag=ok&tag=%7f', [['tag', 'pattern']]],
    ['since=%zz', [['query', 'bad_escape']]], ['since=%', [['query', 'bad_escape']]], ['since=%ff', [['query', 'bad_escape']]], ['%ed%a0%80=1', [['query', 'bad_escape']]],
    ['x=1&since=a&since=b&limit=y', [['x', 'unknown_parameter'], ['since', 'duplicate_parameter'], ['limit', 'type']]],
  ])('%s', (search, expected) => {
    expect(flaws(search)).toEqual(expected);
  });

  it('a list of names has a bound', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`).join(',');
    expect(parseQuery(`service=${names(1_000)}`, declared)['service']).toHaveLength(1_000);
    expect(flaws(`service=${names(1_001)}`)).toEqual([['service', 'too_many']]);
    expect(flaws(`tag=${names(600)}&tag=${names(600)}`)).toEqual([['tag', 'too_many']]);
  });

  it('and so have the findings, in number and in length', () => {
    expect(flaws(Array.from({ length: 500 }, (_, i) => `p${i}=`).join('&'))).toHaveLength(50);
    expect(flaws(`${'p'.repeat(5_000)}=1`)[0]![0]).toHaveLength(100);
  });
});

it('any text gives a query or a Problem, never another error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), search => {
    try {
      parseQuery(search, declared);
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
    }
  }), { numRuns: 500 });
});
