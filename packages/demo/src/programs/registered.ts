import { connect, type RegisterOptions } from '@miko/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellParent, underSupervisor } from './parent.ts';
import type { Traffic } from './traffic.ts';

/** What a service needs to know of Miko: this, and nothing else. `MIKO_URL` and `MIKO_TOKEN` say where it is. */
export interface Service {
  readonly options: RegisterOptions;
  readonly traffic: Traffic;
  /** From now on callers are asked not to keep their connections. */
  readonly leaving: () => void;
  /** Takes no more requests, and ends with the last one under way. */
  readonly close: () => Promise<void>;
}

/** A process that died is out of the list after this much in any case; its check finds it sooner. */
const TTL_SECONDS = 5;
/** Its callers let go within milliseconds; one that hangs must not keep it from stopping. */
const DRAIN_SECONDS = 1;
const DEREGISTER_LIMIT_MS = 1_500;
const QUIET_MS = 250;
const QUIET_LIMIT_MS = 5_000;

/** Registers the service and keeps it in the list until SIGTERM; then out of the list first, out of work second. */
export function runRegistered({ options, traffic, leaving, close }: Service): void {
  const client = connect(undefined, { owner: options.instance, name: options.instance, ttlSeconds: TTL_SECONDS, drainSeconds: DRAIN_SECONDS, cacheDir: null });
  client.on('registered', () => tellParent({ type: 'registered' }));
  client.on('error', ({ during, error }) => console.error(`${new Date().toISOString()} ${options.instance}: ${during}: ${error.message}`));
  const registration = client.register(options);

  underSupervisor(async () => {
    leaving();
    const isOut = await Promise.race([registration.close().then(() => true), sleep(DEREGISTER_LIMIT_MS, false)]);
    // While Miko is away nobody hears of this, and they would come for ever: they find the port closed, and go elsewhere.
    if (isOut) await traffic.quiet(QUIET_MS, QUIET_LIMIT_MS);
    await close();
    await client.close();
  });
  tellParent({ type: 'listening', port: options.port });
}
