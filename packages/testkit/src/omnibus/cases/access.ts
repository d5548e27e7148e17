import { newId, type Kind } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import type { Place } from '../place.ts';
import { holds, refused, same } from '../told.ts';
import type { Holder } from '../world.ts';

const ROLES = ['reader', 'writer', 'admin'] as const;
const rank = { reader: 1, writer: 2, admin: 3 } as const;

/** Who may do what: each role, bound to no project, to this one, to another. */
export function access({ kind, kinds }: Subject): Case[] {
  return [
    prove('access-unknown', 'without a credential, or with one that is not known, all is 401', async world => {
      const place = await world.shared(kind);
      for (const [method, path, body] of calls(place)) {
        for (const asked of [path, path.replace(place.name(0), 'absent')]) {
          for (const headers of [{}, { authorization: 'Bearer nobody' }, { authorization: 'Basic bm86Ym9keQ==' }] as Record<string, string>[]) {
            const told = await world.send({ method, path: asked, token: null, headers: { ...headers, 'if-match': '*', ...mediaTypeOf(method) }, ...(body === undefined ? {} : { body }) });
            refused(told, 'unauthenticated');
            holds(told.headers['www-authenticate'] !== undefined, 'WWW-Authenticate');
          }
        }
      }
    }),
    ...ROLES.flatMap(role => [null, 'own', 'other'].map(bound => prove(bound === 'other' && kind.parent !== null ? 'access-hidden' : bound !== null && kind.parent === null ? 'access-bound' : 'access-role',
      `${role}${bound === null ? '' : ` of ${bound === 'own' ? 'this' : 'another'} project`}`, async world => {
        const place = await world.place(kind);
        await place.make(0);
        const own = place.project ?? (isParent(kind, kinds) ? place.name(0) : null);
        const project = bound === null ? null : bound === 'own' && own !== null ? own : await world.project(world.kinds.find(one => one.name === 'project')!);
        const token = await world.token({ role, project });
        const before = (await place.get(0)).text;
        for (const [method, path, body] of calls(place)) {
          const isHidden = isParent(kind, kinds) ? path !== place.collection && project !== null && project !== place.name(0) : kind.parent !== null && bound === 'other';
          const wanted = isHidden ? 'not_found' : expected(kind, { role, project }, method, path !== place.collection && project === place.name(0));
          const told = await place.send(method, `${path}${method === 'GET' ? '' : '?dry_run=true'}`, body, { token, headers: { 'if-match': '*', ...mediaTypeOf(method) } });
          if (wanted === 'allow') holds(![401, 403].includes(told.status) && (told.status !== 404 || method === 'DELETE'), `${method} ${path} is allowed, not ${told.status}: ${told.text.slice(0, 200)}`);
          else refused(told, wanted);
        }
        same((await place.get(0)).text, before, 'the object');
      }))),
    prove('access-hidden', 'what may not be seen is told exactly as what is absent', async world => {
      const place = await world.place(kind);
      const { body } = await place.make(0);
      if (place.project === null && !isParent(kind, kinds)) {
        refused(await place.get('absent'), 'not_found');
        return;
      }
      const other = await world.project(world.kinds.find(one => one.name === 'project')!);
      for (const role of ROLES) {
        const token = await world.token({ role, project: other });
        const words = async (path: string) => {
          const told = await place.send('GET', path, undefined, { token });
          refused(told, 'not_found');
          const { request_id: _, ...problem } = told.body as unknown as Record<string, unknown>;
          return [problem, Object.keys(told.headers).filter(name => name !== 'date').toSorted()];
        };
        const hidden = place.project === null ? [place.path(place.name(0)), place.path(body.id)] : [place.path(place.name(0)), place.path(body.id), place.collection];
        const absent = place.project === null ? place.path(newId(kind.idPrefix)) : place.collection.replace(place.project, 'nowhere');
        for (const path of hidden) same(await words(path), await words(absent), `what ${role} is told of ${path}`);
        if (place.project === null) holds(!(await place.send<{ items: { name: string }[] }>('GET', `${place.collection}?limit=${kind.limits.page}`, undefined, { token })).body.items.some(item => item.name === place.name(0)), 'not in the list either');
      }
    }),
  ];
}

/** A call of each method; writes are dry runs, so an allowed one changes nothing. */
const calls = (place: Place): (readonly [method: string, path: string, body?: unknown])[] => [
  ['GET', place.collection], ['GET', place.path(place.name(0))],
  ['POST', place.collection, { name: place.name(1), spec: place.spec(1) }],
  ['PUT', place.path(place.name(0)), { spec: place.other(0) }], ['PATCH', place.path(place.name(0)), { spec: place.other(0) }], ['DELETE', place.path(place.name(0))],
];

const mediaTypeOf = (method: string): Record<string, string> => (method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {});

/** The matrix, in the words of the contract and not of the product, for what the caller may know of; `isOwn`: the project it is bound to. */
function expected(kind: Kind, { role, project }: Holder, method: string, isOwn: boolean): 'allow' | 'denied' {
  const needed = method === 'GET' ? kind.access.read : kind.access.write;
  if (rank[role] < rank[needed]) return 'denied';
  if (project !== null && method !== 'GET' && kind.access.fleetWrites === true) return 'denied';
  return project !== null && kind.parent === null && !isOwn && needed !== 'reader' ? 'denied' : 'allow';
}

/** Objects of which others lie in: a credential is bound to one of them. */
const isParent = (kind: Kind, kinds: readonly Kind[]): boolean => kinds.some(other => other.parent?.name === kind.name);
