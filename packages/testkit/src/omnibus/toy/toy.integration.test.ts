import { join } from 'node:path';
import { kinds } from '@miko/model';
import { declaredOperations } from '@miko/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plan } from '../chapters.ts';
import { run } from '../run.ts';
import { commandOf, inProcess, type Running } from '../start.ts';
import { toyKind } from './toy-kind.ts';

/** A new kind is one file: its routes, document, commands, audit rows, events and omnibus come from it and nothing else. */
const withToy = [...kinds, toyKind];
let running: Running;
beforeAll(async () => {
  running = await inProcess(withToy, (url, token) => commandOf(url, token, join(import.meta.dirname, 'toy-command.ts')));
});
afterAll(() => running.stop());

it('has its routes', () => {
  expect(declaredOperations(withToy).filter(({ kind }) => kind === toyKind).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/projects/{project}/spinning-tops', 'GET /v1/projects/{project}/spinning-tops', 'GET /v1/projects/{project}/spinning-tops:watch',
    ...['GET', 'PUT', 'PATCH', 'DELETE'].map(method => `${method} /v1/projects/{project}/spinning-tops/{spinning_top}`),
  ]);
});

it('passes the omnibus, its document, commands, audit rows and events among it', async () => {
  const cases = plan(withToy, declaredOperations(withToy)).filter(({ subject }) => subject === toyKind.name);
  for (const rule of ['document', 'cli', 'audit', 'event', 'watch-order', 'limit-count', 'version-since'] as const) expect(cases.map(one => one.rule)).toContain(rule);
  const outcomes = await run(running.world, cases);
  expect(outcomes.filter(({ error }) => error !== null).map(({ rule, name, error }) => `${rule}: ${name}: ${error!.message}`)).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(300);
});
