import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../eventually.ts';
import { endpointPath, registration } from '../registration.ts';
import { tables, testMiko } from './fault.test.support.ts';

test('a database that refuses writes and answers reads, as a full disk does: /readyz and the log say so until it takes one', async () => {
  const miko = await testMiko(onTestFinished);
  const readyz = () => miko.call<{ reasons: string[] }>('GET', '/readyz');
  const register = (weight: number) => miko.call<{ code: string }>('PUT', endpointPath('web', 'web-1'), registration(null, { weight }));
  expect((await register(1)).status).toBe(201);

  await tables(miko, `create function full_disk() returns trigger language plpgsql as
    $$begin raise exception 'could not extend file "base/5/1": No space left on device' using errcode = '53100'; end$$`);
  await tables(miko, 'create trigger full_disk before insert on change for each statement execute function full_disk()');
  for (let weight = 2; weight < 12; weight++) expect(await register(weight)).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(await readyz()).toMatchObject({ status: 503, body: { reasons: ['the database refuses writes (53100, disk full): reads go on, and the log has its words'] } });
  const told = await eventually(() => miko.log.split('\n').filter(line => line.includes('"sqlstate":"53100"')).map(line => JSON.parse(line) as object).at(0), 5_000, 'the log to say so');
  expect(told).toMatchObject({ level: 50, cause: 'could not extend file "base/5/1": No space left on device', method: 'PUT', path: endpointPath('web', 'web-1') });
  expect((await miko.call('GET', '/v1/projects/default/endpoints?service=web')).status).toBe(200);

  await tables(miko, 'drop trigger full_disk on change');
  expect((await register(12)).status).toBe(200);
  expect((await readyz()).status).toBe(200);
});
