import { paces, streamModes } from '../miko/watchers.ts';
import type { Verb } from '../scenario.ts';
import { resets } from '../upstreams/behaviour.ts';
import { upstreamKinds } from '../upstreams/upstream.ts';
import { maybe, type Shape } from './shape.ts';

const requestsWanted: Shape = { method: maybe('text'), path: maybe('text'), since: maybe('text') };

const call: Shape = {
  service: 'text', method: maybe('text'), path: maybe('text'), headers: maybe('map'), body: maybe('text'), stream_body: maybe('bool'), timeout_ms: maybe('int'),
  hedge_after_ms: maybe('int'), hash_key: maybe('text'), idempotent: maybe('bool'), via: maybe('text'), read_body: maybe('bool'),
};

/** How an upstream behaves: the fields of `Behaviour`, each of which may be absent. */
export const behaviourShape: Shape = {
  status: maybe('int'), delay_ms: maybe('int'), hold: maybe('bool'), hold_body: maybe('bool'), hang: maybe('bool'), reset: maybe(resets), headers: maybe('map'), body: maybe('text'),
  echo: maybe('bool'),
};

/** A scripted answer of Miko. */
export const answerShape: Shape = {
  method: maybe('text'), path: maybe('text'), times: maybe('int'), status: maybe('int'), code: maybe('text'), errors: maybe('list'), headers: maybe('map'), body: maybe('any'),
  text: maybe('text'), reset: maybe('bool'), hold: maybe('bool'), delay_ms: maybe('int'),
};

/** What is told to the scripted Miko, in this order when there is more than one. */
export const mikoShape: Shape = {
  list: maybe('map'), lists_registrations: maybe('bool'), renew_every_seconds: maybe('int'), answer: maybe('map'), clear: maybe('bool'), release: maybe('bool'),
  streams: maybe('map'), pace: maybe(paces), forget_cursors: maybe('bool'), snapshot: maybe('bool'), delta: maybe('map'), half_delta: maybe('map'), missed_delta: maybe('map'),
  bookmark: maybe('bool'), raw: maybe('text'), error: maybe('map'), end: maybe('bool'), reset: maybe('bool'), sessions: maybe(['forgotten', 'fenced']), down: maybe('bool'), up: maybe('bool'),
};

export const streamsShape: Shape = { mode: streamModes, times: maybe('int') };
export const deltaShape: Shape = { set: maybe('list'), gone: maybe('list'), state: maybe('text'), cause: maybe('text') };
export const errorShape: Shape = { code: 'text', status: maybe('int'), retry_ms: maybe('int') };
export const upstreamShape: Shape = { kind: maybe(upstreamKinds), ...behaviourShape };

export const endpointShape: Shape = {
  instance: 'text', upstream: maybe('text'), id: maybe('text'), host: maybe('text'), port: maybe('int'), protocol: maybe('text'), public_url: maybe('text'), zone: maybe('text'),
  weight: maybe('int'), tags: maybe('texts'), labels: maybe('map'), health: maybe('text'), state: maybe('text'), more: maybe('map'),
};

/** The arguments of each step. `upstreams` is a map by name and `mark` a text: both are checked where they are read. */
export const stepShapes: Readonly<Record<Exclude<Verb, 'upstreams' | 'mark' | 'await'>, Shape>> = {
  connect: { options: maybe('map'), url: maybe('text'), token: maybe('text') },
  ready: { timeout_ms: 'int' },
  endpoints: { service: 'text' },
  watch: { service: 'text' },
  unwatch: { watch: 'int' },
  register: {
    service: 'text', instance: 'text', host: maybe('text'), port: maybe('int'), protocol: maybe('text'), weight: maybe('int'), zone: maybe('text'), tags: maybe('texts'),
    labels: maybe('map'), check: maybe('map'), readiness: maybe(['gate']),
  },
  open_gate: { registration: 'int' },
  registered: { registration: 'int', timeout_ms: maybe('int') },
  deregister: { registration: 'int' },
  pick: { service: 'text', times: maybe('int'), hold: maybe('bool'), hash_key: maybe('text') },
  release_all: {},
  call,
  calls: { ...call, count: 'int', concurrency: maybe('int') },
  load_start: { ...call, concurrency: 'int', per_second: 'int' },
  load_stop: {},
  status: {},
  fixed_report: {},
  api: { operation: 'text', params: maybe('map'), body: maybe('any'), if_match: maybe('text'), idempotency_key: maybe('text') },
  wall_clock: { offset_ms: 'int' },
  close: {},
  upstream: { name: 'text', set: maybe('map'), times: maybe('int'), next: maybe('map'), release: maybe('bool'), down: maybe('bool'), up: maybe('bool') },
  miko: mikoShape,
  disk_file: { text: maybe('text'), services: maybe('map'), megabytes: maybe('int') },
  requests: requestsWanted,
  streams: { since: maybe('text') },
  sessions: {},
  registrations: {},
  hits: { upstream: maybe('text'), ...requestsWanted },
  events: { event: maybe('text'), service: maybe('text'), instance: maybe('text'), since: maybe('text') },
  stderr: {},
  disk: {},
};
