import { apiDates, newestApiDate, type Schema } from '@miko/model';
import type { Operation } from '@miko/server';
import { prove, type Case } from '../case.ts';
import { faultsOf } from '../faults.ts';
import { pathOf } from '../path-of.ts';
import { refused } from '../told.ts';
import type { World } from '../world.ts';

/** What a body may be, for every operation that takes one: read from its schema and the example that fits it. */
export function bodies(operation: Operation): Case[] {
  if (!operation.mediaTypes.some(isJson) || operation.method === 'GET' || operation.method === 'DELETE') return [];
  const dates = apiDates.filter(date => date >= operation.since);
  const schemas = dates.map(date => [date, operation.body(date)] as const).filter((one): one is readonly [(typeof dates)[number], Schema] => one[1] !== null);
  // An older form is looked at where it is another one.
  const different = schemas.filter(([date, schema], i) => date === newestApiDate || JSON.stringify(schema) !== JSON.stringify(schemas[i + 1]?.[1]));
  return [
    ...broken(operation),
    ...different.flatMap(([date, schema]) => shaped(operation, date, schema)),
  ];
}

/** Lines of JSON are read by the operation itself. */
const isJson = (type: string): boolean => /[/+]json$/.test(type);

const sending = (operation: Operation, headers: Readonly<Record<string, string>> = {}) => (world: World, body: unknown) =>
  world.send({ method: operation.method, path: pathOf(operation), body, headers: { 'content-type': operation.mediaTypes[0]!, ...headers } });

function broken(operation: Operation): Case[] {
  const send = sending(operation);
  const name = operation.id;
  const good = JSON.stringify(operation.example(newestApiDate) ?? {});
  const texts = ['{', '{"a":1,}', '{"a" 1}', "{'a':1}", '[1', 'nope', `${good}${good}`, '{"a":NaN}', '{"a":01}', `\ufeff${good}`];
  const bytes = [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from('"\xc3"', 'latin1')];
  return [
    prove('json-strict', `${name}: text that is no JSON is refused`, async world => {
      for (const body of [...texts, ...bytes]) refused(await send(world, body), 'malformed_json');
    }),
    prove('json-strict', `${name}: nesting is bounded, and no text comes in that cannot be kept`, async world => {
      refused(await send(world, `${'['.repeat(40)}${']'.repeat(40)}`), 'invalid_request');
      refused(await send(world, `{"a":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`), 'invalid_request');
      for (const text of ['\\u0000', '\\ud800']) refused(await send(world, `{"a":"${text}"}`), 'invalid_request', ['/a']);
    }),
    prove('json-duplicate', `${name}: a name that stands twice is refused`, async world => {
      refused(await send(world, '{"a":1,"a":1}'), 'invalid_request', [['/a', 'duplicate_key']]);
      refused(await send(world, '{"a":{"b":1,"\\u0062":2}}'), 'invalid_request', [['/a/b', 'duplicate_key']]);
      if (good.length > 2) refused(await send(world, `${good.slice(0, -1)},${good.slice(1)}`), 'invalid_request');
    }),
  ];
}

function shaped(operation: Operation, date: string, schema: Schema): Case[] {
  const good = operation.example(date);
  if (good === null || good === undefined) return [];
  const send = sending(operation, { 'miko-version': date });
  const at = date === newestApiDate ? operation.id : `${operation.id} at ${date}`;
  const required = (schema['required'] ?? []) as readonly string[];
  return [
    ...faultsOf(schema, good).map(fault => prove(fault.rule, `${at}: ${fault.what}`, async world => {
      refused(await send(world, JSON.stringify(fault.document)), 'invalid_request', [fault.code === null ? fault.pointer : [fault.pointer, fault.code]]);
    })),
    prove('field-all', `${at}: all that is wrong is told at once`, async world => {
      refused(await send(world, { not_declared: 1, neither: 2 }), 'invalid_request', [...required.map(name => [`/${name}`, 'required'] as const), ['/not_declared', 'unknown_field'], ['/neither', 'unknown_field']]);
    }),
  ];
}
