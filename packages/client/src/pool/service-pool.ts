import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { Endpoint } from '../directory/endpoint.ts';
import type { PoolPolicy } from '../policy.ts';
import { atMost } from '../runtime.ts';
import type { Runtime } from '../runtime.ts';
import { createConnector } from './connector.ts';
import type { Connector } from './connector.ts';

/** The connections to the endpoints of one service, kept alive for each of them. */
export type ServicePool = {
  readonly at: (endpoint: Endpoint) => Connection;
  /**
   * The lists of now. What is new among the usable gets its first connection ahead; what left or drains keeps the
   * attempts in flight and loses its idle connections.
   */
  readonly update: (usable: readonly Endpoint[], unusable: readonly Endpoint[]) => void;
  /** Waits at most `drainMs` for what is in flight, then cuts it. Never rejects. */
  readonly close: (drainMs: number) => Promise<void>;
};

export type Connection = {
  readonly dispatcher: Dispatcher;
  /** Goes before each path: that of a public URL, else empty. */
  readonly basePath: string;
};

type Held = Connection & { readonly connector: Connector };

/** A list that is exchanged whole must not open thousands of connections at once. */
const MAX_WARMED_AT_ONCE = 32;

export function createServicePool(policy: PoolPolicy, runtime: Runtime): ServicePool {
  const held = new Map<string, Held>();
  /** By endpoint object, which is exchanged whenever anything of it changes. */
  const known = new WeakMap<Endpoint, Held>();
  const leaving = new Set<Dispatcher>();
  let before: ReadonlySet<string> | null = null;

  return { at, update, close };

  function at(endpoint: Endpoint): Connection {
    const connection = known.get(endpoint);
    if (connection !== undefined && !connection.connector.isClosed()) return connection;
    const opened = open(endpoint);
    known.set(endpoint, opened);
    return opened;
  }

  function open(endpoint: Endpoint): Held {
    const key = keyOf(endpoint);
    const there = held.get(key);
    if (there !== undefined) return there;
    const url = new URL(endpoint.url ?? '');
    const http2 = endpoint.tags.includes('h2');
    const connector = createConnector({ url, http2, idleMs: policy.idleMs, runtime });
    const dispatcher = new Pool(url.origin, {
      connect: connector.connect,
      connections: policy.maxConnections,
      keepAliveTimeout: policy.idleMs,
      keepAliveMaxTimeout: policy.idleMs,
      // The call's own deadline is the one for the head, and a body may take as long as it likes.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: http2,
      ...(http2 && url.protocol === 'http:' ? { useH2c: true } : {}),
    });
    const opened = { dispatcher, connector, basePath: url.pathname === '/' ? '' : url.pathname };
    held.set(key, opened);
    return opened;
  }

  function update(usable: readonly Endpoint[], unusable: readonly Endpoint[]): void {
    const now = new Set<string>();
    let warmed = 0;
    for (const endpoint of usable) {
      if (endpoint.url === null || !endpoint.url.startsWith('http') || !URL.canParse(endpoint.url)) continue;
      const key = keyOf(endpoint);
      const isListed = now.has(key);
      now.add(key);
      if (isListed || before === null || before.has(key) || warmed >= MAX_WARMED_AT_ONCE) continue;
      warmed += 1;
      open(endpoint).connector.warm(Math.min(policy.warm, policy.maxConnections));
    }
    for (const endpoint of unusable) if (endpoint.state === 'active') now.add(keyOf(endpoint));
    for (const key of held.keys()) if (!now.has(key)) drain(key);
    before = now;
  }

  function drain(key: string): void {
    const connection = held.get(key);
    if (connection === undefined) return;
    held.delete(key);
    connection.connector.close();
    const { dispatcher } = connection;
    leaving.add(dispatcher);
    // Idle connections are closed at once, the others when their last attempt is over.
    void settled(dispatcher.close()).then(() => leaving.delete(dispatcher));
  }

  async function close(drainMs: number): Promise<void> {
    for (const key of held.keys()) drain(key);
    if (leaving.size === 0) return;
    await atMost(runtime, drainMs, Promise.all([...leaving].map((dispatcher) => settled(dispatcher.close()))));
    await Promise.all([...leaving].map((dispatcher) => settled(dispatcher.destroy())));
  }
}

/** Where two endpoints differ in nothing that a connection depends on, they share it. */
function keyOf(endpoint: Endpoint): string {
  return `${endpoint.url ?? ''} ${endpoint.tags.includes('h2') ? 'h2' : 'h1'}`;
}

function settled(promise: Promise<void>): Promise<void> {
  return promise.catch(() => undefined);
}
