import { VERSION } from '@miko/client';
import { runVector } from '@miko/client/vectors';
import { given, number, text, type Args } from './args.ts';
import type { HeldClient } from './held-client.ts';
import type { Ops } from './line-protocol.ts';
import { camel, camelled, isRecord, snaked } from './words.ts';

/** From the first word to the last, and what concerns the client as a whole. */
export function lifeOps(held: HeldClient): Ops {
  return {
    hello: () => ({ sdk: 'typescript', version: VERSION, vias: ['fetch', 'dispatcher'] }),
    connect: (args) => held.connect(text(args, 'url'), text(args, 'token'), isRecord(args['options']) ? args['options'] : {}),
    ready: (args) => held.client.ready(number(args, 'timeout_ms')),
    close: () => held.close(),
    status: () => {
      const { connected, staleSince, revision, session, registered } = held.client.status();
      return { connected, stale: staleSince !== null, revision, session, registered };
    },
    fixed_report: () => ({ services: snaked(held.client.fixedReport()) }),
    api: (args) => callApi(held, args),
    vector: (args) => runVector(text(args, 'name'), camelled(args['input']) as never),
    wall_clock: (args) => jumpWallClock(number(args, 'offset_ms')),
  };
}

async function callApi(held: HeldClient, args: Args): Promise<unknown> {
  const api: Readonly<Record<string, unknown>> = { ...held.client.api };
  const operation = api[camel(text(args, 'operation'))];
  if (typeof operation !== 'function') throw Object.assign(new Error(`there is no operation ${text(args, 'operation')}`), { code: 'invalid_argument' });
  const { params, body, if_match: ifMatch, idempotency_key: idempotencyKey } = args;
  const call = { ...(camelled(params ?? {}) as object), body: given(body), ifMatch: given(ifMatch), idempotencyKey: given(idempotencyKey) };
  const answer: unknown = await (operation as (call: object) => Promise<unknown>)(call);
  return isRecord(answer) ? { status: answer['status'], body: answer['body'], etag: answer['etag'], revision: answer['revision'] } : {};
}

const wallClock = Date.now;

/** The clock of this whole process, so that whatever asks it by mistake is found as well. */
function jumpWallClock(offsetMs: number): void {
  Date.now = () => wallClock.call(Date) + offsetMs;
}
