import type { Operation } from '@miko/server';
import { prove, type Case } from '../case.ts';
import { pathOf } from '../path-of.ts';
import { holds, refused, same, went, type Told } from '../told.ts';
import type { World } from '../world.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ROLES = ['reader', 'writer', 'admin'] as const;

/** What holds for every declared operation, whatever it does. */
export function http(operation: Operation, operations: readonly Operation[]): Case[] {
  const path = pathOf(operation);
  const isRead = operation.method === 'GET';
  const isStream = operation.answers.some(({ mediaType }) => mediaType === 'text/event-stream');
  const takesBody = !isRead && operation.method !== 'DELETE';
  const send = (world: World, more: { headers?: Readonly<Record<string, string>>; body?: unknown; query?: string; token?: string | null } = {}): Promise<Told> =>
    world.send({ method: operation.method, path: `${path}${more.query ?? ''}`, headers: { 'content-type': takesBody ? operation.mediaTypes[0]! : '', ...more.headers }, ...('body' in more ? { body: more.body } : {}), ...('token' in more ? { token: more.token! } : {}) });

  return [
    prove('method', `${operation.id}: another method is 405 with Allow`, async world => {
      const siblings = operations.filter(other => other.path === operation.path).map(({ method }) => method);
      const other = METHODS.find(method => !siblings.includes(method) && !answers(operations, method, path));
      if (other === undefined) return;
      const told = await world.send({ method: other, path });
      refused(told, 'method_not_allowed');
      const allowed = told.headers['allow']!.split(', ');
      for (const method of siblings) holds(allowed.includes(method), `Allow names ${method}: ${allowed.join(', ')}`);
      const options = went(await world.send({ method: 'OPTIONS', path }), 204);
      same(options.headers['allow'], told.headers['allow'], 'Allow of OPTIONS');
    }),
    prove('path', `${operation.id}: with a slash at its end it is not there`, async world => {
      refused(await world.send({ method: operation.method, path: `${path}/` }), operation.path === '/' ? 'method_not_allowed' : 'not_found');
    }),
    prove('query', `${operation.id}: a parameter it does not declare, or that stands twice, is refused`, async world => {
      refused(await send(world, { query: '?not_declared=1' }), 'invalid_request', ['not_declared']);
      refused(await send(world, { query: '?%zz=1' }), 'invalid_request', ['query']);
      for (const [name, type] of Object.entries(operation.query)) {
        if (type !== 'repeated') refused(await send(world, { query: `?${name}=1&${name}=1` }), 'invalid_request', [[name, 'duplicate_parameter']]);
        if (type === 'integer') refused(await send(world, { query: `?${name}=x` }), 'invalid_request', [name]);
        if (type === 'boolean') refused(await send(world, { query: `?${name}=x` }), 'invalid_request', [name]);
      }
    }),
    prove('accept', `${operation.id}: an answer nobody takes is 406`, async world => {
      refused(await send(world, { headers: { accept: 'image/png' } }), 'not_acceptable');
      refused(await send(world, { headers: { accept: '*/*;q=0' } }), 'not_acceptable');
    }),
    prove('request-id', `${operation.id}: every answer has an id of its own, and nothing of the caller's`, async world => {
      const told = [await send(world, { query: '?not_declared=1', headers: { 'miko-request-id': 'req_mine' } }), await send(world, { query: '?not_declared=1' })];
      const ids = told.map(({ headers }) => headers['miko-request-id']);
      holds(ids.every(id => /^req_[0-9a-z]{10,40}$/.test(id ?? '')) && ids[0] !== ids[1], `request ids ${ids.join(', ')}`);
    }),
    prove('problem', `${operation.id}: what is refused is a problem document`, async world => {
      refused(await send(world, { query: '?not_declared=1' }), 'invalid_request', [['not_declared', 'unknown_parameter']]);
    }),
    ...(takesBody ? [prove('media-type', `${operation.id}: a body of another media type is 415`, async world => {
      for (const type of ['text/plain', 'application/xml', `${operation.mediaTypes[0]!};charset=latin1`]) {
        const told = await send(world, { headers: { 'content-type': type }, body: '{}' });
        refused(told, 'unsupported_media_type');
        const header = operation.method === 'PATCH' ? 'accept-patch' : operation.method === 'POST' ? 'accept-post' : null;
        if (header !== null) same(told.headers[header], operation.mediaTypes.join(', '), header);
      }
      refused(await send(world, { headers: { 'content-encoding': 'gzip' }, body: '{}' }), 'unsupported_media_type');
    }), prove('limit-bytes', `${operation.id}: a body beyond its bound is 413`, async world => {
      refused(await send(world, { body: ' '.repeat(operation.bodyBytes + 1) }), 'too_large');
    })] : []),
    ...(isRead && !isStream && operation.path.split('{').length <= 2 && !/\{(?!project\})/.test(operation.path) ? [prove('head', `${operation.id}: HEAD is GET without the body`, async world => {
      const get = await send(world);
      const head = await world.send({ method: 'HEAD', path });
      same([head.status, head.text, head.headers['content-type'], head.headers['etag']], [get.status, '', get.headers['content-type'], get.headers['etag']], 'HEAD');
    })] : []),
    ...(operation.action === null ? [] : [
      prove('access-unknown', `${operation.id}: without a credential it is 401`, async world => {
        for (const query of ['', '?not_declared=1']) refused(await send(world, { token: null, query }), 'unauthenticated');
      }),
      ...ROLES.map(role => prove('access-role', `${operation.id}: ${role}`, async world => {
        const told = await send(world, { token: await world.token({ role, project: null }), query: '?not_declared=1' });
        refused(told, ROLES.indexOf(role) < ROLES.indexOf(operation.action!.role) ? 'denied' : 'invalid_request');
      })),
    ]),
    ...(operation.action !== null && /\{project\}\//.test(operation.path) ? [prove('access-hidden', `${operation.id}: another project is told as absent`, async world => {
      const projects = world.kinds.find(({ name }) => name === 'project')!;
      const token = await world.token({ role: 'admin', project: await world.project(projects) });
      const words = async (project: string) => {
        const told = await world.send({ method: operation.method, path: path.replace('/default', `/${project}`), token, headers: { 'content-type': takesBody ? operation.mediaTypes[0]! : '' } });
        refused(told, 'not_found');
        const { request_id: _, ...problem } = told.body as Record<string, unknown>;
        return problem;
      };
      same(await words('default'), await words('nowhere'), 'what is told of a project that is hidden');
    })] : []),
  ];
}

/** Whether some operation takes this method at this very path: verbs and parameters may meet there. */
const answers = (operations: readonly Operation[], method: string, path: string): boolean =>
  operations.some(other => other.method === method && new RegExp(`^${other.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
