import { kinds, pluralOf, type Kind, type Registration } from '@miko/model';
import { expect } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { send, type Told } from './send.test.support.ts';

/** One Miko with something of everything in it, of which bad requests may move nothing. */
export interface World {
  readonly miko: MikoProcess;
  /** Live, taken over from, of the project `bank`, and one that never was. */
  readonly sessions: { readonly live: string; readonly fenced: string; readonly foreign: string; readonly unknown: string };
}

const HOUR = 3_600;
const foreign = { description: '', create_services: false };
/** Reports are awaited for a day: nothing moves by itself while a test runs. */
export const patientCheck = { type: 'ttl', ttl_ms: 86_400_000 } as const;

export async function startWorld(): Promise<World> {
  const miko = await MikoProcess.start();
  try {
    await made(miko, 'POST', '/v1/projects', { name: 'bank', spec: foreign });
    const fenced = await openSession(miko, 'slot-1', HOUR);
    const live = await openSession(miko, 'slot-1', HOUR);
    const other = await made<{ id: string }>(miko, 'POST', '/v1/projects/bank/sessions', { name: 'teller', owner: 'teller', ttl_seconds: HOUR });
    await register(miko, 'web', 'web-1', registration(live.id, { public_url: 'https://shop.example', tags: ['v2'] }));
    await register(miko, 'web', 'web-2', registration(live.id, { port: 8081, check: patientCheck }));
    await register(miko, 'web', 'durable-1', registration(null, { port: 8082 }));
    for (const kind of kinds) await made(miko, 'POST', collectionOf(kind), { name: existing(kind), spec: kind.example(900) });
    return { miko, sessions: { live: live.id, fenced: fenced.id, foreign: other.id, unknown: 'ses_00000000000000000000000000' } };
  } catch (error) {
    await miko.dispose();
    throw error;
  }
}

/** The object of each kind that is there. */
export const existing = (kind: Kind): string => nameFor(kind, `${kind.name.replaceAll('_', '-')}-900`);
/** The name wanted, or the first that the kind takes where it does not take every one. */
export const nameFor = (kind: Kind, wanted: string): string => kind.names?.(kinds)[0] ?? wanted;
export const collectionOf = (kind: Kind): string => `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/default`}/${pluralOf(kind)}`;
export const objectPath = (kind: Kind, nameOrId: string = existing(kind)): string => `${collectionOf(kind)}/${nameOrId}`;

export async function made<T>(miko: MikoProcess, method: string, path: string, body: unknown): Promise<T> {
  const told = await send<T>(miko, { method, path, body });
  if (told.status !== 201) throw new Error(`${method} ${path}: ${told.status} ${told.text}`);
  return told.body;
}

export const register = (miko: MikoProcess, service: string, instance: string, body: Registration): Promise<unknown> =>
  made(miko, 'PUT', endpointPath(service, instance), body);

/**
 * Everything that can be read of it, and where its counter stands: the cursor of an answer made anew (`at_least` is
 * never answered from kept bytes) holds the revision of the whole Miko, so two equal ones mean that nothing was written.
 */
export async function stateOf(miko: MikoProcess): Promise<unknown> {
  const lists = ['default', 'bank'].map(project => `/v1/projects/${project}/endpoints?health=any&at_least=0`);
  const told: Told[] = [];
  for (const path of [...lists, ...kinds.map(collectionOf)]) told.push(await send(miko, { method: 'GET', path }));
  expect(told[0]!.status).toBe(200);
  return told.map(({ status, headers, text }) => [status, headers['miko-cursor'], headers.etag, status === 200 ? text : '']);
}
