import { Problem } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { empty } from './call.ts';
import { defineEndpoint, type Operation } from './operation.ts';
import { Router, type Found } from './router.ts';

const operation = (method: Operation['method'], path: string): Operation =>
  defineEndpoint({ id: `${method} ${path}`, method, path, action: null, summary: 'x', run: () => empty(204) });
const ONE = '/v1/projects/{project}/services/{service}';
const INSTANCE = `${ONE}/endpoints/{instance}`;
const router = new Router([
  operation('GET', '/livez'), operation('POST', '/v1/sessions:renew'),
  operation('GET', '/v1/projects'), operation('POST', '/v1/projects'), operation('GET', '/v1/projects/{project}'),
  operation('GET', '/v1/projects/{project}/endpoints'), operation('GET', '/v1/projects/{project}/endpoints:watch'),
  operation('GET', ONE), operation('PUT', ONE), operation('DELETE', ONE), operation('POST', `${ONE}:accept_expiry`),
  operation('PUT', INSTANCE), operation('DELETE', INSTANCE), operation('PUT', `${INSTANCE}/health`),
  operation('POST', `${INSTANCE}:drain`), operation('GET', `${INSTANCE}:explain`),
]);

const refusal = (method: string, path: string): Problem => {
  try {
    router.find(method, path);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${method} ${path} was found`);
};
const found = (method: string, path: string): [string, Found['params']] => {
  const { operation, params } = router.find(method, path);
  return [operation.id, { ...params }];
};

describe('a path leads to its operation', () => {
  it.each<[string, string, string, Found['params']]>([
    ['GET', '/livez', 'GET /livez', {}],
    ['GET', '/v1/projects/shop', 'GET /v1/projects/{project}', { project: 'shop' }],
    ['PUT', '/v1/projects/shop/services/web/endpoints/web-1', `PUT ${INSTANCE}`, { project: 'shop', service: 'web', instance: 'web-1' }],
    ['PUT', '/v1/projects/shop/services/web/endpoints/web-1/health', `PUT ${INSTANCE}/health`, { project: 'shop', service: 'web', instance: 'web-1' }],
    // A literal is no name, and a name may be that of a literal.
    ['GET', '/v1/projects/projects', 'GET /v1/projects/{project}', { project: 'projects' }],
    ['PUT', '/v1/projects/endpoints/services/services', `PUT ${ONE}`, { project: 'endpoints', service: 'services' }],
  ])('%s %s', (method, path, id, params) => {
    expect(found(method, path)).toEqual([id, params]);
  });
});

describe('a verb follows the last colon', () => {
  it.each<[string, string, string, string | undefined]>([
    ['POST', 'web-1:drain', `POST ${INSTANCE}:drain`, 'web-1'],
    ['POST', 'web:8080:drain', `POST ${INSTANCE}:drain`, 'web:8080'],
    ['POST', '10.0.0.1:8080:drain', `POST ${INSTANCE}:drain`, '10.0.0.1:8080'],
    ['POST', 'drain:drain', `POST ${INSTANCE}:drain`, 'drain'],
    ['GET', 'web:8080:explain', `GET ${INSTANCE}:explain`, 'web:8080'],
    // No verb of that method: the whole of it is a name.
    ['PUT', 'web:8080', `PUT ${INSTANCE}`, 'web:8080'],
    ['PUT', 'web:drain', `PUT ${INSTANCE}`, 'web:drain'],
    ['DELETE', 'web:', `DELETE ${INSTANCE}`, 'web:'],
    ['PUT', ':drain', `PUT ${INSTANCE}`, ':drain'],
  ])('%s %s', (method, instance, id, name) => {
    const [is, params] = found(method, `/v1/projects/p/services/s/endpoints/${instance}`);
    expect([is, params['instance']]).toEqual([id, name]);
  });

  it('of a collection, and of a path without names', () => {
    expect(found('GET', '/v1/projects/p/endpoints:watch')).toEqual(['GET /v1/projects/{project}/endpoints:watch', { project: 'p' }]);
    expect(found('POST', '/v1/sessions:renew')).toEqual(['POST /v1/sessions:renew', {}]);
    expect(found('POST', '/v1/projects/p/services/s:accept_expiry')[1]).toEqual({ project: 'p', service: 's' });
  });

  it.each([
    ['POST', '/v1/projects/p/services/s/endpoints/i:unknown'], ['POST', '/v1/projects/p/services/s/endpoints/i:'],
    ['POST', '/v1/projects/p/services/s/endpoints/i:DRAIN'], ['POST', '/v1/projects/p/services/s/endpoints/i%3Adrain:x'],
  ])('%s %s names none', (method, path) => {
    expect(refusal(method, path).code).toBe('method_not_allowed');
  });

  it('may be escaped: the colon means the same', () => {
    expect(found('POST', '/v1/projects/p/services/s/endpoints/i%3Adrain')[0]).toBe(`POST ${INSTANCE}:drain`);
  });
});

describe('a method the path does not take is 405, and Allow says which it takes', () => {
  it.each([
    ['POST', '/livez', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/projects', 'GET, POST, HEAD, OPTIONS'],
    ['OPTIONS', '/v1/projects', 'GET, POST, HEAD, OPTIONS'],
    ['PATCH', '/v1/projects/p/services/s', 'GET, PUT, DELETE, HEAD, OPTIONS'],
    ['TRACE', '/v1/projects', 'GET, POST, HEAD, OPTIONS'],
    ['get', '/v1/projects', 'GET, POST, HEAD, OPTIONS'],
    ['GET', '/v1/sessions:renew', 'POST, OPTIONS'],
    ['POST', '/v1/projects/p/endpoints:watch', 'GET, HEAD, OPTIONS'],
    // Whatever is no verb's method is a name's: both are told.
    ['GET', '/v1/projects/p/services/s/endpoints/i:drain', 'POST, PUT, DELETE, OPTIONS'],
    ['HEAD', '/v1/projects/p/services/s/endpoints/i', 'PUT, DELETE, OPTIONS'],
    ['__proto__', '/v1/projects', 'GET, POST, HEAD, OPTIONS'],
  ])('%s %s: %s', (method, path, allow) => {
    const problem = refusal(method, path);
    expect([problem.code, problem.headers['allow']]).toEqual(['method_not_allowed', allow]);
  });

  it('HEAD goes where GET goes', () => {
    expect(found('HEAD', '/livez')[0]).toBe('GET /livez');
    expect(found('HEAD', '/v1/projects/p/services/s/endpoints/i:explain')[0]).toBe(`GET ${INSTANCE}:explain`);
  });
});

describe('what is no path is not found', () => {
  it.each([
    '/', '', '*', '/v1', '/v1/', '/v2/projects', '/V1/projects', '/v1/projects/', '/v1/projects//services/web', '//v1/projects', '/v1/projects/p/services/',
    '/v1/projects/p/services/s/endpoints/i/health/', '/livez/', '/livez:', '/livez:x', '/v1:projects', '/v1/projects/p/nothing', '/constructor', '/__proto__',
    '/v1/__proto__/p', `/${'a/'.repeat(40)}`, `/v1/projects/${'p/'.repeat(4_000)}`,
  ])('%s', path => {
    expect(refusal('GET', path).code).toBe('not_found');
  });
});

describe('names are taken as they stand', () => {
  it.each([
    ['__proto__', '__proto__'], ['constructor', 'constructor'], ['hasOwnProperty', 'hasOwnProperty'],
    // Dot segments are names that nothing has; they lead nowhere else.
    ['.', '.'], ['..', '..'], ['%2e%2e', '..'],
    ['a%2Fb', 'a/b'], ['a%20b', 'a b'], ['a+b', 'a+b'], ['%e4%bd%a0', '你'], ['%25', '%'], ['a%3Fb%23c', 'a?b#c'],
  ])('%s is %s', (segment, name) => {
    expect(found('GET', `/v1/projects/${segment}`)[1]['project']).toBe(name);
  });

  it('and params of one request are nobody else\'s', () => {
    found('GET', '/v1/projects/__proto__');
    expect(({} as Record<string, unknown>)['project']).toBeUndefined();
    expect(found('GET', '/livez')[1]).toEqual({});
  });

  it.each(['%', '%2', '%zz', '%ff', '%c3', '%ed%a0%80', 'a%', '%u0041'])('a broken percent escape is 400: %s', segment => {
    const problem = refusal('GET', `/v1/projects/${segment}`);
    expect([problem.code, problem.flaws[0]?.pointer, problem.flaws[0]?.code]).toEqual(['invalid_request', 'path', 'bad_escape']);
  });

  it.each(['%00', 'a%00', '%0a', '%1f', '%7f', '%0D%0ASet-Cookie:x'])('a control character is 400: %s', segment => {
    const problem = refusal('GET', `/v1/projects/${segment}`);
    expect([problem.code, problem.flaws[0]?.pointer, problem.flaws[0]?.code]).toEqual(['invalid_request', 'path', 'pattern']);
  });

  it('an escaped literal is that literal', () => {
    expect(found('GET', '/%76%31/projects')[0]).toBe('GET /v1/projects');
  });
});

describe('what cannot be told apart is refused when it is declared', () => {
  it('one method of one path twice', () => {
    expect(() => new Router([operation('GET', '/a/{b}'), operation('GET', '/a/{b}')])).toThrow('declared twice: GET /a/{b}');
    expect(() => new Router([operation('POST', '/a/{b}:go'), operation('POST', '/a/{b}:go')])).toThrow('declared twice');
  });
  it('one segment under two names', () => {
    expect(() => new Router([operation('GET', '/a/{b}'), operation('PUT', '/a/{c}')])).toThrow('two names for one segment: /a/{c}');
  });
});
