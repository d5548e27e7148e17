import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Client } from '../client.ts';
import { createClient } from '../create-client.ts';
import type { Answer } from '../directory/endpoint.ts';
import { readSettings } from '../options.ts';
import type { ConnectOptions } from '../options.ts';
import { emptyList, knownList, startFakeMiko, TOKEN, wireEndpoint } from './fake-miko.ts';
import type { FakeMiko, FakeStream } from './fake-miko.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';

/** A Miko, a clock and a cache directory for each test; clients are closed and all is taken away after it. */
export type Fixture = {
  readonly miko: () => FakeMiko;
  readonly world: () => World;
  readonly connect: (options?: ConnectOptions) => Client;
  /** The `count`-th stream, when it is there. */
  readonly stream: (count: number) => Promise<FakeStream>;
  /** What a promise gives while the test's clock runs. */
  readonly whileTimePasses: <T>(promise: Promise<T>) => Promise<T>;
};

/** Service `web` has two endpoints, `mail` is empty because its last one expired, others are unknown. */
export function useMiko(): Fixture {
  const clients: Client[] = [];
  let current: { readonly miko: FakeMiko; readonly world: World; readonly cacheDir: string } | null = null;

  beforeEach(async () => {
    const miko = await startFakeMiko();
    miko.lists.set('web', knownList(5, [wireEndpoint('web-1'), wireEndpoint('web-2')]));
    miko.lists.set('mail', emptyList(3, 'expired'));
    current = { miko, world: createWorld(), cacheDir: mkdtempSync(join(tmpdir(), 'miko-client-')) };
  });

  afterEach(async () => {
    const { miko, cacheDir } = now();
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await miko.close();
    rmSync(cacheDir, { recursive: true });
  });

  return { miko: () => now().miko, world: () => now().world, connect, stream, whileTimePasses };

  function now(): NonNullable<typeof current> {
    if (current === null) throw new Error('only within a test');
    return current;
  }

  function connect(options: ConnectOptions = {}): Client {
    const { miko, world, cacheDir } = now();
    const client = createClient(readSettings(miko.url, { token: TOKEN, cacheDir, ...options }, {}), world.runtime);
    clients.push(client);
    return client;
  }

  async function stream(count: number): Promise<FakeStream> {
    const { miko, world } = now();
    await world.until(() => miko.streams.length === count, `${count} streams`);
    const last = miko.streams[count - 1];
    if (last === undefined) throw new Error('no stream');
    return last;
  }

  async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    const watched = promise.finally(() => (over = true));
    await Promise.all([watched.catch(() => undefined), now().world.until(() => over, 'an answer')]);
    return watched;
  }
}

/** The instances that may get requests. */
export function instances(answer: Answer): string[] {
  return answer.state === 'known' ? answer.endpoints.map((endpoint) => endpoint.instance) : [];
}

/** A delta of service `web`. */
export function webDelta(revision: number, web: object): object {
  return { revision, services: { web: { state: 'known', cause: null, revision, set: [], gone: [], ...web } } };
}
