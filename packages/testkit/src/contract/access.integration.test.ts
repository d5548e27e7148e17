import { kinds, service as serviceKind, type Kind, type Role, type TokenSpec } from '@miko/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { expectRefused, send, type Sent } from './send.test.support.ts';
import { collectionOf, made, nameFor, objectPath, patientCheck, register } from './world.test.support.ts';

/**
 * Who may do what: every operation tried by every sort of caller, at a real Miko, and written down as it was answered.
 * `access-matrix.golden.txt` holds it; its head says by which command it changes.
 */
const HEAD = `Who may do what: what each sort of caller is answered, by status. Project things lie in the project "default".
Changed by one command, and reviewed as a diff:
  npx vitest run --project integration packages/testkit/src/contract/access.integration.test.ts -u
nobody: no credential. unknown: one that never was. @default, @bank: bound to that project. public: entitled to public addresses only.
`;
const callers: Readonly<Record<string, Omit<TokenSpec, 'description'> | null>> = {
  nobody: null, unknown: null,
  'reader': { role: 'reader', project: null, audience: 'internal' }, 'writer': { role: 'writer', project: null, audience: 'internal' }, 'admin': { role: 'admin', project: null, audience: 'internal' },
  'reader@default': { role: 'reader', project: 'default', audience: 'internal' }, 'writer@default': { role: 'writer', project: 'default', audience: 'internal' },
  'admin@default': { role: 'admin', project: 'default', audience: 'internal' },
  'reader@bank': { role: 'reader', project: 'bank', audience: 'internal' }, 'admin@bank': { role: 'admin', project: 'bank', audience: 'internal' },
  'public reader': { role: 'reader', project: null, audience: 'public' }, 'public writer': { role: 'writer', project: null, audience: 'public' },
};
const names = Object.keys(callers);
const tokenName = (caller: string): string => `caller-${caller.replace(/\W/, '-')}`;
const tokens = new Map<string, string | null>([['nobody', null], ['unknown', 'miko_unknown']]);

let miko: MikoProcess;
beforeAll(async () => {
  miko = await MikoProcess.start();
  await made(miko, 'POST', '/v1/projects', { name: 'bank', spec: { description: '', create_services: true } });
  for (const [name, spec] of Object.entries(callers)) {
    if (spec === null) continue;
    const { secret } = await made<{ secret: string }>(miko, 'POST', '/v1/tokens', { name: tokenName(name), spec: { ...spec, description: name } });
    tokens.set(name, secret);
  }
  await register(miko, 'web', 'web-1', registration(null));
});
afterAll(() => miko.dispose());

/** An operation as one caller tries it: what has to be there first is made for that caller alone. */
interface Trial {
  readonly id: string;
  readonly sent: (n: number) => Promise<Sent> | Sent;
}

const trials: readonly Trial[] = [
  ...['livez', 'readyz', 'version'].map(id => ({ id, sent: (): Sent => ({ method: 'GET', path: `/${id}` }) })),
  ...kinds.flatMap(trialsOf),
  trial('session_open', n => ({ method: 'POST', path: '/v1/projects/default/sessions', body: { name: 'a', owner: `opened-${n}`, ttl_seconds: 3600 } })),
  trial('session_renew', async n => ({ method: 'PUT', path: `/v1/projects/default/sessions/${await session(`renewed-${n}`)}`, body: { applied: null } })),
  trial('session_renew_many', async n => ({
    method: 'POST', path: '/v1/sessions:renew', headers: { 'content-type': 'application/x-ndjson' },
    body: JSON.stringify({ project: 'default', session: await session(`many-${n}`), applied: null }),
  })),
  trial('session_end', async n => ({ method: 'DELETE', path: `/v1/projects/default/sessions/${await session(`ended-${n}`)}` })),
  trial('endpoint_list', () => ({ method: 'GET', path: '/v1/projects/default/endpoints' })),
  trial('endpoint_watch', () => ({ method: 'HEAD', path: '/v1/projects/default/endpoints:watch', headers: { accept: 'text/event-stream' } })),
  trial('endpoint_register', n => ({ method: 'PUT', path: endpointPath('web', `registered-${n}`), body: registration(null) })),
  trial('endpoint_deregister', async n => ({ method: 'DELETE', path: await endpoint(`deregistered-${n}`) })),
  trial('endpoint_report', async n => {
    const owner = await session(`reporting-${n}`);
    await register(miko, 'web', `reported-${n}`, registration(owner, { check: patientCheck }));
    return { method: 'PUT', path: `${endpointPath('web', `reported-${n}`)}/health`, body: { session: owner, health: 'passing', note: '' } };
  }),
  trial('endpoint_explain', () => ({ method: 'GET', path: `${endpointPath('web', 'web-1')}:explain` })),
  trial('endpoint_drain', async n => ({ method: 'POST', path: `${await endpoint(`drained-${n}`)}:drain` })),
  trial('endpoint_undrain', async n => ({ method: 'POST', path: `${await endpoint(`undrained-${n}`)}:undrain` })),
  trial('ainari_token', n => {
    const name = names[n] ?? 'nobody';
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: tokenName(name), client_secret: tokens.get(name) ?? 'none' });
    return { method: 'POST', path: '/v1alpha/token', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() };
  }),
  trial('ainari_endpoints', () => ({ method: 'GET', path: '/v1alpha/endpoints' })),
  trial('service_accept_expiry', () => ({ method: 'POST', path: '/v1/projects/default/services/web:accept_expiry' })),
];

function trialsOf(kind: Kind): Trial[] {
  const spec = (n: number) => kind.example(1_000 + n);
  const there = async (what: string, n: number): Promise<string> => {
    const name = await freeName(`${what}-${n}`);
    await made(miko, 'POST', collectionOf(kind), { name, spec: { ...spec(n), ...('instance' in spec(n) ? { instance: name } : {}) } });
    return objectPath(kind, name);
  };
  // Of the few names that some kinds take, the one that is tried is made free first.
  const freeName = async (wanted: string): Promise<string> => {
    const name = nameFor(kind, wanted);
    if (name !== wanted) await send(miko, { method: 'DELETE', path: objectPath(kind, name), headers: { 'if-match': '*' } });
    return name;
  };
  // A project lies in itself: the one that is tried is `default`, which all of them leave as it is.
  const own = kind.name === 'project';
  return [
    trial(`${kind.name}_create`, async n => ({ method: 'POST', path: collectionOf(kind), body: { name: await freeName(`created-${n}`), spec: spec(n) } })),
    trial(`${kind.name}_list`, () => ({ method: 'GET', path: collectionOf(kind) })),
    trial(`${kind.name}_get`, async n => ({ method: 'GET', path: own ? '/v1/projects/default' : await there('got', n) })),
    trial(`${kind.name}_replace`, async n => {
      const path = own ? '/v1/projects/default' : await there('replaced', n);
      const { body } = await send<{ spec: unknown }>(miko, { method: 'GET', path });
      return { method: 'PUT', path, headers: { 'if-match': '*' }, body: { spec: body.spec } };
    }),
    trial(`${kind.name}_patch`, async n => ({
      method: 'PATCH', path: own ? '/v1/projects/default' : await there('patched', n), headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json' }, body: {},
    })),
    trial(`${kind.name}_delete`, async n => ({ method: 'DELETE', path: own ? '/v1/projects/default' : await there('deleted', n), headers: { 'if-match': '*' } })),
  ];
}
function trial(id: string, sent: Trial['sent']): Trial {
  return { id, sent };
}
const session = async (owner: string): Promise<string> => (await openSession(miko, owner, 3_600)).id;
async function endpoint(instance: string): Promise<string> {
  await register(miko, 'web', instance, registration(null));
  return endpointPath('web', instance);
}

const matrix = new Map<string, number[]>();
beforeAll(async () => {
  for (const { id, sent } of trials) {
    const row: number[] = [];
    for (const [n, name] of names.entries()) row.push((await send(miko, { ...(await sent(n)), token: tokens.get(name)! })).status);
    matrix.set(id, row);
  }
});
const cell = (id: string, name: string): number => matrix.get(id)![names.indexOf(name)]!;

it('the matrix is the one that was agreed on', async () => {
  const width = Math.max(...trials.map(({ id }) => id.length)) + 2;
  const line = (first: string, rest: readonly (string | number)[]) => `${first.padEnd(width)}${rest.map((value, i) => String(value).padEnd(names[i]!.length + 2)).join('')}`.trimEnd();
  const text = [HEAD, line('', names), ...trials.map(({ id }) => line(id, matrix.get(id)!))].join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('./access-matrix.golden.txt');
});

describe('whatever the matrix says', () => {
  const may = (id: string, name: string) => cell(id, name) < 400;
  it.each(trials.map(({ id }) => id))('%s: more right never does less, an audience changes nothing, a stranger gets nothing', id => {
    const isOpen = ['livez', 'readyz', 'version'].includes(id);
    for (const name of ['nobody', 'unknown']) expect(cell(id, name)).toBe(isOpen ? 200 : 401);
    for (const scope of ['', '@default']) {
      const allowed = (['reader', 'writer', 'admin'] satisfies Role[]).map(role => may(id, role + scope));
      expect(allowed).toEqual(allowed.toSorted((a, b) => Number(a) - Number(b)));
    }
    for (const role of ['reader', 'writer', 'admin']) if (may(id, `${role}@default`)) expect(may(id, role)).toBe(true);
    for (const role of ['reader', 'writer']) expect(may(id, `public ${role}`)).toBe(may(id, role));
    // What is refused for want of right is 403 where it may be known, 404 where it may not, and nothing else.
    for (const name of names.slice(2)) if (!may(id, name) && id !== 'project_delete') expect([403, 404]).toContain(cell(id, name));
  });

  it('every kind is in it, with all it can do', () => {
    for (const kind of kinds) for (const verb of ['create', 'list', 'get', 'replace', 'patch', 'delete']) expect(matrix.has(`${kind.name}_${verb}`)).toBe(true);
  });

  it('every method of every path in it is tried', async () => {
    const tried = new Map<string, Set<string>>();
    for (const { id, sent } of trials) {
      const { method, path } = await sent(90 + names.length);
      // Every name that a trial makes up holds a digit.
      const shape = path.replaceAll(/\/(?!v1\/)[^/:]*\d[^/:]*/g, '/*').replace(/^(\/v1\/projects)\/default$/, '$1/*');
      const allow = (await send(miko, { method: 'OPTIONS', path })).headers['allow'];
      const known = tried.get(shape) ?? new Set((allow ?? '').split(', ').filter(name => !['HEAD', 'OPTIONS'].includes(name)));
      known.delete(method === 'HEAD' ? 'GET' : method);
      tried.set(shape, known);
      expect([id, allow]).toEqual([id, expect.any(String)]);
    }
    // An instance may be named like `x:drain`: PUT and DELETE of it are those of any instance.
    expect([...tried].filter(([shape, left]) => left.size > 0 && !/:[a-z_]+$/.test(shape))).toEqual([]);
  });
});

describe('who is not known', () => {
  it('is told the same at every path, whether it is there or not', async () => {
    const told = [];
    for (const token of [null, 'miko_unknown', '', 'x'.repeat(600)]) {
      for (const path of ['/v1/projects/default/endpoints', '/v1/projects/default/endpoints?service=web', '/v1/projects/bank', '/v1/projects/nope', '/v1/nothing', '/v1/tokens/reader', '/metrics', '/v1/projects/%zz']) {
        told.push(await send<{ request_id: string }>(miko, { method: 'GET', path, token }));
      }
    }
    for (const one of told) {
      expectRefused(one, { code: 'unauthenticated', headers: { 'www-authenticate': 'Bearer realm="miko"' } });
      expect({ ...one.body, request_id: '' }).toEqual({ ...told[0]!.body, request_id: '' });
      expect(Object.keys(one.headers).toSorted()).toEqual(Object.keys(told[0]!.headers).toSorted());
    }
  });

  it('is not let in by another scheme, another place or a list of credentials', async () => {
    const path = '/v1/projects/default/endpoints';
    for (const authorization of [miko.token, `Basic ${Buffer.from(`admin:${miko.token}`).toString('base64')}`, `Token ${miko.token}`, `Bearer ${miko.token}, Bearer ${miko.token}`, `Bearer "${miko.token}"`]) {
      expectRefused(await send(miko, { method: 'GET', path, token: null, headers: { authorization } }), { code: 'unauthenticated' });
    }
    for (const headers of [{ 'x-authorization': `Bearer ${miko.token}` }, { cookie: `token=${miko.token}` }]) expectRefused(await send(miko, { method: 'GET', path, token: null, headers }), { code: 'unauthenticated' });
    expectRefused(await send(miko, { method: 'GET', path: `${path}?access_token=${miko.token}`, token: null }), { code: 'unauthenticated' });
  });
});

describe('a project that is hidden', () => {
  it('is told apart from none by nothing', async () => {
    const token = tokens.get('admin@bank')!;
    for (const [method, path, body] of [
      ['GET', ''], ['GET', '/services'], ['GET', '/services/web'], ['GET', '/endpoints'], ['GET', '/endpoints:watch'], ['GET', '/endpoint-overrides'],
      ['POST', '/services', { name: 'a', spec: serviceKind.example(1) }], ['POST', '/sessions', { name: 'a', owner: 'a', ttl_seconds: 60 }],
      ['PUT', '/services/web/endpoints/web-1', registration(null)], ['POST', '/services/web/endpoints/web-1:drain'], ['GET', '/services/web/endpoints/web-1:explain'], ['DELETE', ''],
    ] as const) {
      const tell = (project: string) => send<{ request_id: string }>(miko, { method, path: `/v1/projects/${project}${path}`, token, ...(body === undefined ? {} : { body }) });
      const [hidden, none] = [await tell('default'), await tell('nope')];
      expectRefused(hidden, { code: 'not_found' });
      expect({ ...hidden.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
      expect(Object.keys(hidden.headers)).toEqual(Object.keys(none.headers));
    }
  });

  it('stands in no list, and is not reached by its id', async () => {
    const list = await send<{ items: { name: string }[] }>(miko, { method: 'GET', path: '/v1/projects', token: tokens.get('admin@bank')! });
    expect(list.body.items.map(item => item.name)).toEqual(['bank']);
    for (const [name, status] of [['default', 404], ['bank', 200]] as const) {
      const { body } = await send<{ id: string }>(miko, { method: 'GET', path: `/v1/projects/${name}` });
      expect([name, (await send(miko, { method: 'GET', path: `/v1/projects/${body.id}`, token: tokens.get('admin@bank')! })).status]).toEqual([name, status]);
    }
  });

  it('keeps its sessions to itself, also among many renewals', async () => {
    const line = JSON.stringify({ project: 'default', session: await session('hidden'), applied: null });
    const told = await send<string>(miko, { method: 'POST', path: '/v1/sessions:renew', body: line, headers: { 'content-type': 'application/x-ndjson' }, token: tokens.get('admin@bank')! });
    expect([told.status, told.text.trim().split('\n').map(answer => (JSON.parse(answer) as { code: string }).code)]).toEqual([200, ['session_not_found']]);
  });
});
