import { errors } from 'undici';
import { expect, test } from 'vitest';
import { neverConnected } from './connection-failure.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code }, more);

test.each([
  coded('ECONNREFUSED'),
  coded('ECONNRESET'),
  coded('EACCES', { syscall: 'connect' }),
  coded('CERT_HAS_EXPIRED'),
  coded('DEPTH_ZERO_SELF_SIGNED_CERT'),
  coded('ERR_TLS_CERT_ALTNAME_INVALID'),
  coded('EPROTO'),
  coded('ERR_HTTP2_ERROR'),
  new errors.ClientClosedError(),
  new AggregateError([coded('ECONNREFUSED')]),
])('%s before anything was written: there was no connection', (error) => expect(neverConnected(error)).toBe(true));

test.each([coded('ENOENT', { syscall: 'open' }), coded('EACCES', { syscall: 'open' }), new Error('of the caller'), new errors.InvalidArgumentError('path'), coded('ERR_INVALID_CHAR')])(
  '%s before anything was written: the request is at fault',
  (error) => expect(neverConnected(error)).toBe(false),
);
