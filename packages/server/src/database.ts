import { setTimeout as sleep } from 'node:timers/promises';
import { Store, StoreError, type Connection } from '@miko/store';
import { startEmbedded, type EmbeddedServer } from '@miko/store/embedded';
import type { Logger } from 'pino';
import type { Config } from './config.ts';

const RESTART_MS = 200;
const OCCUPIED_MS = 10_000;

/** The database under a running Miko: an outside one as it is, or the embedded one, started again whenever it dies. */
export interface Database {
  readonly store: Store;
  readonly version: string;
  close(): Promise<void>;
}

export async function openDatabase(config: Config, log: Logger): Promise<Database> {
  if (config.databaseUrl !== null) {
    const store = new Store({ connectionString: config.databaseUrl });
    try {
      return { store, version: await store.prepare(), close: () => store.close() };
    } catch (error) {
      await store.close();
      throw error instanceof StoreError && error.code === 'unavailable' ? new StoreError('unavailable', `the database ${placeOf(config.databaseUrl)} cannot be reached`, error.cause) : error;
    }
  }
  const embedded = await Embedded.start(config, log);
  const store = new Store(embedded.connection);
  embedded.onMoved = connection => store.moveTo(connection);
  const close = async () => {
    await store.close();
    await embedded.stop();
  };
  try {
    const version = await store.prepare();
    await occupy(store);
    return { store, version, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of the address only what is no secret. */
function placeOf(databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl);
  const name = decodeURIComponent(pathname.slice(1));
  return `${name === '' ? '' : `${name} `}at ${decodeURIComponent(host) || searchParams.get('host') || 'the usual socket'}`;
}

/** One Miko for each embedded database: the lease is taken before anything is served, or this one refuses. */
async function occupy(store: Store): Promise<void> {
  for (const end = Date.now() + OCCUPIED_MS; !(await store.lease.tryAcquire()); await sleep(200)) {
    if (Date.now() > end) throw new StoreError('occupied', 'another Miko has been using this data directory for 10 s: stop it, or give this one a MIKO_DATA_DIR of its own');
  }
}

class Embedded {
  onMoved: (connection: Connection) => void = () => {};
  readonly #dataDir: string;
  readonly #log: Logger;
  #server: EmbeddedServer;
  #stopping = false;
  #restarting: Promise<void> = Promise.resolve();

  static async start(config: Config, log: Logger): Promise<Embedded> {
    return new Embedded(config.dataDir, log, await startEmbedded({ dataDir: config.dataDir, log: line => log.debug({ postgres: line }) }));
  }

  private constructor(dataDir: string, log: Logger, server: EmbeddedServer) {
    this.#dataDir = dataDir;
    this.#log = log;
    this.#server = server;
    this.#watch();
  }

  get connection(): Connection {
    return this.#server.connection;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#restarting;
    await this.#server.stop();
  }

  #watch(): void {
    void this.#server.exited.then(({ code }) => {
      if (this.#stopping) return;
      this.#log.warn({ code }, 'the embedded PostgreSQL ended; starting it again');
      this.#restarting = this.#restart();
    });
  }

  async #restart(): Promise<void> {
    while (!this.#stopping) {
      try {
        this.#server = await startEmbedded({ dataDir: this.#dataDir, existing: true, log: line => this.#log.debug({ postgres: line }) });
        this.onMoved(this.#server.connection);
        this.#log.info('the embedded PostgreSQL runs again');
        this.#watch();
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'the embedded PostgreSQL does not start');
        await sleep(RESTART_MS);
      }
    }
  }
}
