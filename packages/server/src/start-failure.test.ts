import { expect, test } from 'vitest';
import { ConfigError } from './config.ts';
import { startFailure } from './start-failure.ts';

const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`);

test.each<[string, unknown, string]>([
  ['what was to be done, and what the system said', new Error('the database at db:5432 cannot be reached', { cause: refused('10.0.0.5:5432') }), 'Miko does not start: the database at db:5432 cannot be reached: connect ECONNREFUSED 10.0.0.5:5432'],
  ['each address of a host with several', new Error('no', { cause: new AggregateError([refused('::1:1'), refused('127.0.0.1:1')]) }), 'Miko does not start: no: connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1'],
  ['nothing twice', new Error('a: b', { cause: new Error('b') }), 'Miko does not start: a: b'],
  ['a variable', new ConfigError('MIKO_LISTEN', 'is wrong'), 'MIKO_LISTEN: is wrong'],
])('says %s', (_, error, told) => expect(startFailure(error)).toBe(told));
