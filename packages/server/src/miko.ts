import { readFileSync } from 'node:fs';
import { kinds as everyKind, Problem, type Kind } from '@miko/model';
import { Feed, readObjectChanges, StoreError } from '@miko/store';
import type { Logger } from 'pino';
import type { Answer, Call } from './api/call.ts';
import { listen } from './api/listener.ts';
import { serve, type Pipeline } from './api/pipeline.ts';
import { PageSigner } from './api/objects/page-token.ts';
import type { ObjectHost } from './api/objects/object-host.ts';
import type { ProcessHost } from './api/process-operations.ts';
import { Router } from './api/router.ts';
import { writeAddress } from './address-file.ts';
import { bootstrap } from './bootstrap.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { Directory } from './directory/directory.ts';
import { HealthWatch } from './directory/health-watch.ts';
import { HotList } from './directory/hot-list.ts';
import { KEEP_SECONDS, Leader } from './directory/leader.ts';
import { ObjectHub } from './directory/object-hub.ts';
import { View } from './directory/view.ts';
import { WatchHub } from './directory/watch-hub.ts';
import { operationsOf } from './operations.ts';
import { ownAddress } from './own-address.ts';
import type { RecordHost } from './record/audit-operations.ts';
import { noTarget, openTarget } from './record/open-target.ts';
import { RecordKeeping } from './record/record-keeping.ts';
import { WriteRefusals } from './write-refusals.ts';

const STOP_GRACE_MS = 3_000;
/** How long a stream waits for this Miko to hold what its cursor names. */
const AT_LEAST_WAIT_MS = 5_000;
const PRUNE_EVERY_MS = 60_000;

export interface Miko {
  readonly url: string;
  /** A call without a transport; a stream it answers with writes into whatever sink it is opened on. */
  serve(call: Call): Promise<Answer>;
  /** Stops taking calls, ends streams, writes what waits, stops the embedded database. */
  close(): Promise<void>;
}

/** Starts a Miko: the database, the view, then the door. Resolves when it answers and is ready. */
export async function startMiko(config: Config, log: Logger, kinds: readonly Kind[] = everyKind): Promise<Miko> {
  await ownAddress(config.host, config.port);
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
    objectHub.endAll('this Miko starts anew from a snapshot');
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
  const writes = new WriteRefusals(log);
  store.committed = changes => {
    if (changes.length > 0) writes.committed();
    feed.offer(changes);
  };
  store.answerLost = ({ credential }, error) => log.warn({ err: error, credential }, 'the answer to a call under a key could not be kept: repeated, it runs again');

  const notReady = () => (state.loaded ? null : 'the view is being loaded');
  const health = new HealthWatch(store, view, log);
  // One line for each five seconds and sort of stream, however many they are.
  const cut = (of: string) => (readers: number) => log.warn({ of, readers }, 'streams were cut: their readers took nothing for 15 seconds');
  const hub = new WatchHub(view, cut('endpoints'));
  const objectHub = new ObjectHub(view, {
    readChanges: asked => readObjectChanges(store.pool, asked), reached: revision => feed.reached(revision, AT_LEAST_WAIT_MS), notReady, cut: cut('objects'),
    failed: error => log.error({ err: error }, 'a stream of objects ended in an error'),
  });
  const hot = new HotList(view, notReady);
  const directory = new Directory({
    store, feed, view, hub, hot, checker: health.checker, notReady,
    notRenewed: error => { if (isUnavailable(error)) writes.failed(error, true, { of: 'renewals, which are kept and repeated' }); },
  });
  const leader = new Leader({
    store, view, log, caughtUp: () => feed.poll(), leading: yes => health.lead(yes), pulsesBehindMs: () => directory.pulses.behindMs,
  });

  const archive = openTarget(config.archive);
  const record = new RecordKeeping({ store, log, target: archive, auditDays: config.auditDays });
  const signer = new PageSigner(await store.signingKey());
  const host: ObjectHost = {
    store, objects: view.objects, hub: objectHub, signer,
    secretShown: (subject, request) => record.secretShown(subject, request),
    object: view.object.bind(view),
    seen: revision => directory.seen(revision),
  };
  const recordHost: RecordHost = { store, signer, archive: archive ?? noTarget, failed: error => log.error({ err: error }, 'an export broke off') };
  const process: ProcessHost = { version, notReady: () => reasons(notReady(), state.reachable, writes.reason) };
  const pipeline: Pipeline = {
    identities: view.identities, notReady,
    claims: { once: (claim, run) => store.claimed(claim, run) },
    router: new Router(operationsOf({ kinds, host, directory, process, record: recordHost })),
    refused: (problem, requestId, call, actor, project) => record.refused(problem, requestId, call, actor, project),
    failed: (error, requestId, call) => {
      const about = { request_id: requestId, method: call.method, path: call.url.split('?')[0] };
      const cause = error instanceof Problem ? error.cause : error;
      if (isUnavailable(cause)) writes.failed(cause, !READS.has(call.method), about);
      else log.error({ err: error, ...about }, 'a request failed');
    },
  };

  const pruning = setInterval(() => view.prune(Date.now() - KEEP_SECONDS * 1000), PRUNE_EVERY_MS);
  const stop = async () => {
    clearInterval(pruning);
    hub.close();
    objectHub.close();
    await record.close();
    await leader.close();
    await health.close();
    await directory.pulses.close();
    await feed.close();
    await database.close();
  };
  try {
    feed.start(await load());
    const adminToken = await bootstrap(store, view, config.dataDir);
    const listener = await listen({ ...config, hot: request => hot.find(request), serve: call => serve(pipeline, call),
      failed: error => log.error({ err: error }, 'an answer could not be sent'),
    });
    const url = `${config.tls === null ? 'http' : 'https'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${listener.port}`;
    if (adminToken !== null) writeAddress(adminToken, url, log);
    state.loaded = true;
    leader.start();
    record.start();
    log.info({ url, postgres: database.version, revision: view.revision, admin_token: adminToken }, 'Miko is ready');
    return {
      url,
      serve: call => serve(pipeline, call),
      async close() {
        hub.close();
        objectHub.close();
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

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const isUnavailable = (error: unknown): error is StoreError => error instanceof StoreError && error.code === 'unavailable';

const reasons = (loading: string | null, reachable: boolean, refused: string | null): string[] => [
  ...(loading === null ? [] : [loading]),
  ...(reachable ? [] : ['the database cannot be reached: reads go on from the view, writes are refused']),
  ...(refused === null ? [] : [refused]),
];
