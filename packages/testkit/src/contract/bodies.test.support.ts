import { kinds, healthReportSchema, registrationSchema, renewalSchema, sessionSchema, type ObjectSchema, type Schema } from '@miko/model';
import { expect } from 'vitest';
import { endpointPath, registration } from '../registration.ts';
import { expectRefused, send, type Refusal, type Sent, type Told } from './send.test.support.ts';
import { collectionOf, existing, objectPath, stateOf, type World } from './world.test.support.ts';

/** A call that takes a body: one that would be taken, and the schema it has to fit. */
export interface BodyCall {
  readonly id: string;
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly good: object;
  readonly schema: ObjectSchema;
  /** Where in the body the schema begins. */
  readonly at: '' | '/spec';
}

const anyway = { 'if-match': '*' };
const project = '/v1/projects/default';

export function bodyCalls({ sessions }: World): BodyCall[] {
  return [
    ...kinds.flatMap((kind): BodyCall[] => [
      { id: `${kind.name}_create`, method: 'POST', path: collectionOf(kind), good: { name: kind.names?.(kinds).at(-1) ?? 'not-made', spec: kind.example(901) }, schema: kind.spec, at: '/spec' },
      { id: `${kind.name}_replace`, method: 'PUT', path: objectPath(kind, existing(kind)), headers: anyway, good: { spec: kind.example(900) }, schema: kind.spec, at: '/spec' },
    ]),
    { id: 'session_open', method: 'POST', path: `${project}/sessions`, good: { name: 'a', owner: 'a', ttl_seconds: 60 }, schema: sessionSchema, at: '' },
    { id: 'session_renew', method: 'PUT', path: `${project}/sessions/${sessions.live}`, good: { applied: null }, schema: renewalSchema, at: '' },
    { id: 'endpoint_register', method: 'PUT', path: endpointPath('web', 'not-made'), good: registration(sessions.live), schema: registrationSchema, at: '' },
    {
      id: 'endpoint_report', method: 'PUT', path: `${endpointPath('web', 'web-2')}/health`, good: { session: sessions.live, health: 'passing', note: '' },
      schema: healthReportSchema, at: '',
    },
  ];
}

/** Spoils the call of each that `fault` has something for: all are refused as `refusal` says, and the state is as before. */
export async function refusedAtEach(
  world: World, before: unknown, fault: (call: BodyCall) => Partial<Sent> | null, refusal: (call: BodyCall) => Refusal,
): Promise<void> {
  const tried: [BodyCall, Told][] = [];
  for (const call of bodyCalls(world)) {
    const sent = fault(call);
    if (sent !== null) tried.push([call, await send(world.miko, { method: call.method, path: call.path, ...sent, headers: { ...call.headers, ...sent.headers } })]);
  }
  expect(tried.length).toBeGreaterThan(0);
  for (const [call, told] of tried) {
    expectRefused(told, refusal(call));
    expect([call.id, told.headers['miko-revision']]).toEqual([call.id, undefined]);
  }
  expect(await stateOf(world.miko)).toEqual(before);
}

export const malformed: Refusal = { code: 'malformed_json', pointers: [['', 'malformed_json']] };

/** Actions, which take no body or `{}`. */
export const actions = ['endpoints/web-1:drain', 'endpoints/web-1:undrain'].map(path => `${project}/services/web/${path}`).concat(`${project}/services/web:accept_expiry`);

/** One value of each JSON type. */
const oneOfEach = { string: 'text', integer: 7, number: 7.5, boolean: true, object: { a: 1 }, array: [1], null: null } as const;
type JsonType = keyof typeof oneOfEach;

export interface FieldFault {
  readonly what: string;
  readonly pointer: string;
  readonly value: unknown;
  readonly rule: string;
}

/** Every way in which a field may be of the wrong type or beyond its bounds, read from its schema. */
export function faultsOf(name: string, schema: Schema): FieldFault[] {
  const pointer = `/${name}`;
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as JsonType[];
  const fault = (what: string, value: unknown, rule: string, at = pointer): FieldFault => ({ what: `${name}: ${what}`, pointer: at, value, rule });
  const wrongTypes = (Object.keys(oneOfEach) as JsonType[]).filter(type => !types.includes(type) && !(type === 'integer' && types.includes('number')))
    .map(type => fault(type === 'null' ? 'null' : `a ${type}`, oneOfEach[type], 'type'));
  const bounds: FieldFault[] = [];
  const bound = (keyword: string, make: (limit: number) => unknown, rule: string) => {
    const limit = schema[keyword];
    if (typeof limit === 'number' && !(keyword === 'minLength' && limit === 0)) bounds.push(fault(`beyond ${keyword}`, make(limit), rule));
  };
  if (schema['enum'] !== undefined) bounds.push(fault('no known value', 'nobody-knows', 'not_one_of'));
  bound('minimum', limit => limit - 1, 'too_small');
  // A number beyond the safe ones would be another one once it is read.
  bound('maximum', limit => limit + 1, 'too_large');
  bound('minLength', limit => 'x'.repeat(limit - 1), 'too_short');
  bound('maxLength', limit => 'x'.repeat(limit + 1), 'too_long');
  bound('maxItems', limit => Array.from({ length: limit + 1 }, (_, i) => `t${i}`), 'too_many');
  bound('maxProperties', limit => Object.fromEntries(Array.from({ length: limit + 1 }, (_, i) => [`k${i}`, 'v'])), 'too_many');
  if (schema['uniqueItems'] === true) bounds.push(fault('the same twice', ['twice', 'twice'], 'not_unique'));
  if (typeof schema['pattern'] === 'string') bounds.push(fault('against its pattern', '\u007f \u007f', 'pattern'));
  return [...wrongTypes, ...bounds];
}
