import { afterAll, beforeAll, expect, it } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { send } from './send.test.support.ts';

/** A call that is answered 504 has left nothing behind, and one that is written is never answered so. */
let miko: MikoProcess;
beforeAll(async () => { miko = await MikoProcess.start(); });
afterAll(() => miko.dispose());

const within = (ms: number) => ({ 'miko-timeout-ms': String(ms) });
const names = Array.from({ length: 120 }, (_, n) => ({ name: `late-${n}`, ms: 1 + (n % 12) }));

it('objects', async () => {
  const services = '/v1/projects/default/services';
  const told = await Promise.all(names.map(({ name, ms }) =>
    send(miko, { method: 'POST', path: services, headers: within(ms), body: { name, spec: { description: '', labels: {} } } })));
  expect(told.map(({ status }) => status).filter(status => status !== 201 && status !== 504)).toEqual([]);
  const found = await Promise.all(names.map(({ name }) => send(miko, { method: 'GET', path: `${services}/${name}` })));
  expect(found.map(({ status }) => status)).toEqual(told.map(({ status }) => (status === 201 ? 200 : 404)));
});

it('registrations', async () => {
  const { id } = await openSession(miko, 'late');
  const told = await Promise.all(names.map(({ name, ms }) =>
    send(miko, { method: 'PUT', path: endpointPath('web', name), headers: within(ms), body: registration(id) })));
  expect(told.map(({ status }) => status).filter(status => status !== 201 && status !== 504)).toEqual([]);
  const { body } = await send<{ services: Record<string, { endpoints: { instance: string }[] }> }>(miko, { method: 'GET', path: '/v1/projects/default/endpoints?service=web&health=any' });
  const listed = new Set(body.services['web']!.endpoints.map(({ instance }) => instance));
  expect(names.filter(({ name }) => listed.has(name)).map(({ name }) => name)).toEqual(names.filter((_, n) => told[n]!.status === 201).map(({ name }) => name));
});
