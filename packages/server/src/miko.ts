import { readFileSync } from 'node:fs';
import { kinds } from '@miko/model';
import { Feed } from '@miko/store';
import type { Logger } from 'pino';
import { kindOperations } from './api/kind-operations.ts';
import { listen } from './api/listener.ts';
import { serve, type Pipeline } from './api/pipeline.ts';
import { processOperations } from './api/process-operations.ts';
import { Router } from './api/router.ts';
import { bootstrap } from './bootstrap.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { Directory } from './directory/directory.ts';
import { drainOperations } from './directory/drain-operations.ts';
import { expiryOperations } from './directory/expiry-operations.ts';
import { explainOperations } from './directory/explain-operations.ts';
import { HealthWatch } from './directory/health-watch.ts';
import { HotList } from './directory/hot-list.ts';
import { KEEP_SECONDS, Leader } from './directory/leader.ts';
import { listOperations } from './directory/list-operations.ts';
import { registrationOperations } from './directory/registration-operations.ts';
import { sessionOperations } from './directory/session-operations.ts';
import { View } from './directory/view.ts';
import { WatchHub } from './directory/watch-hub.ts';

const STOP_GRACE_MS = 3_000;
const PRUNE_EVERY_MS = 60_000;

export interface Miko {
  readonly url: string;
  /** Stops taking calls, ends streams, writes what waits, stops the embedded database. */
  close(): Promise<void>;
}

/** Starts a Miko: the database, the view, then the door. Resolves when it answers and is ready. */
export async function startMiko(config: Config, log: Logger): Promise<Miko> {
  const database = await openDatabase(config, log);
  const { store } = database;
  const view = new View();
  const state = { loaded: false, reachable: true };

  const load = async (): Promise<number> => {
    view.clear();
    const snapshot = await store.load(records => view.addEndpoints(records));
    view.addRest(snapshot);
    return snapshot.revision;
  };
  /** This Miko was away for longer than changes are kept. Its streams end, and come back to a snapshot. */
  const reload = async (): Promise<number> => {
    state.loaded = false;
    hub.endAll('this Miko starts anew from a snapshot');
    const revision = await load();
    await health.reload();
    state.loaded = true;
    return revision;
  };
  const feed = new Feed({
    pool: store.pool, connection: () => store.connection, reload,
    apply: changes => view.apply(changes),
    reachable: yes => {
      state.reachable = yes;
      log[yes ? 'info' : 'warn'](yes ? 'the database answers again' : 'the database cannot be reached');
    },
  });
  store.committed = changes => feed.offer(changes);

  const notReady = () => (state.loaded ? null : 'the view is being loaded');
  const health = new HealthWatch(store, view, log);
  const hub = new WatchHub(view);
  const hot = new HotList(view, notReady);
  const directory = new Directory({ store, feed, view, hub, hot, checker: health.checker, notReady });
  const leader = new Leader({
    store, view, log, caughtUp: () => feed.poll(), leading: yes => health.lead(yes), pulsesBehindMs: () => directory.pulses.behindMs,
  });

  const host = {
    store,
    object: view.object.bind(view),
    list: (kind: string, project: string | null) => view.objects.get(kind)?.get(project)?.values() ?? [],
    seen: (revision: number) => directory.seen(revision),
  };
  const pipeline: Pipeline = {
    identities: view.identities, notReady,
    router: new Router([
      ...processOperations({ version, notReady: () => reasons(notReady(), state.reachable) }),
      ...kinds.flatMap(kind => kindOperations(kind, host)),
      ...sessionOperations(directory), ...registrationOperations(directory), ...listOperations(directory),
      ...drainOperations(directory), ...explainOperations(directory), ...expiryOperations(directory),
    ]),
    failed: (error, requestId, call) => log.error({ err: error, request_id: requestId, method: call.method, path: call.url.split('?')[0] }, 'a request failed'),
  };

  const pruning = setInterval(() => view.prune(Date.now() - KEEP_SECONDS * 1000), PRUNE_EVERY_MS);
  const stop = async () => {
    clearInterval(pruning);
    hub.close();
    await leader.close();
    await health.close();
    await directory.pulses.close();
    await feed.close();
    await database.close();
  };
  try {
    feed.start(await load());
    await bootstrap(store, view, config.dataDir);
    const listener = await listen({ ...config, hot: request => hot.find(request), serve: call => serve(pipeline, call),
      failed: error => log.error({ err: error }, 'an answer could not be sent'),
    });
    state.loaded = true;
    leader.start();
    const url = `${config.tls === null ? 'http' : 'https'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${listener.port}`;
    log.info({ url, postgres: database.version, revision: view.revision }, 'Miko is ready');
    return {
      url,
      async close() {
        hub.close();
        await listener.close(STOP_GRACE_MS);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const reasons = (loading: string | null, reachable: boolean): string[] => [
  ...(loading === null ? [] : [loading]),
  ...(reachable ? [] : ['the database cannot be reached: reads go on from the view, writes are refused']),
];
