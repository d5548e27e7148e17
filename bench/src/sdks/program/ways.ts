/** The ways of calling in TypeScript, each bare and through the SDK. */
import { connect } from '@miko/client';
import type { Client } from '@miko/client';
import { Agent, fetch as undiciFetch, request } from 'undici';
import type { Connect } from './protocol.ts';

export type Way = {
  /** One call, its body read. Rejects when it failed. */
  readonly call: () => Promise<void>;
  /** Null on the bare side. */
  readonly client: Client | null;
};

/** As the SDK's pools have it (docs/protocol.md, section 5). */
const pool = { connections: 128, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 4_000 };
const path = '/things/4711';

export async function wayOf({ side, way, addresses, url, token, service, bytes }: Connect): Promise<Way> {
  if (side === 'bare') return { call: bareCall(way, addresses, bytes), client: null };
  const client = connect(url, { token, cacheDir: null, required: [service] });
  await client.ready();
  return { call: mikoCall(way, client, `http://${service}${path}`, bytes), client };
}

function bareCall(way: string, addresses: readonly string[], bytes: number): () => Promise<void> {
  const dispatcher = new Agent(pool);
  const targets = addresses.map((address) => `http://${address}${path}`);
  let next = 0;
  const target = (): string => targets[next++ % targets.length] ?? '';
  if (way === 'fetch') {
    return async () => {
      const response = await undiciFetch(target(), { dispatcher });
      expect(response.status, await response.text(), bytes);
    };
  }
  return async () => {
    const { statusCode, body } = await request(target(), { dispatcher });
    expect(statusCode, await body.text(), bytes);
  };
}

function mikoCall(way: string, client: Client, target: string, bytes: number): () => Promise<void> {
  if (way === 'fetch') {
    return async () => {
      const response = await client.fetch(target);
      expect(response.status, await response.text(), bytes);
    };
  }
  const dispatcher = client.dispatcher();
  return async () => {
    const { statusCode, body } = await request(target, { dispatcher });
    expect(statusCode, await body.text(), bytes);
  };
}

function expect(status: number, body: string, bytes: number): void {
  if (status !== 200 || body.length !== bytes) throw new Error(`status ${status} with ${body.length} bytes`);
}
