import { DriverProcess, type DriverCommand } from '../runner/driver-process.ts';
import { Upstream } from '../upstreams/upstream.ts';

export interface Place {
  readonly command: DriverCommand;
  readonly url: string;
  readonly token: string;
  readonly service: string;
}

/** Looked at often, so that a dead instance leaves the list before its session runs out. */
const CHECK = { type: 'tcp', interval_ms: 500, timeout_ms: 400, rise: 1, fall: 2 };
/** Short, so that a session that is gone is missed soon. */
const TTL_SECONDS = 4;

/** One instance of a service: a server, and the SDK that registers it, in a process of its own. */
export class Instance {
  readonly name: string;
  readonly #place: Place;
  readonly #upstream: Upstream;
  #driver: DriverProcess | null = null;
  #registration = 0;

  static async start(name: string, place: Place): Promise<Instance> {
    const instance = new Instance(name, place, await Upstream.start(name, 'http'));
    await instance.#register();
    return instance;
  }

  private constructor(name: string, place: Place, upstream: Upstream) {
    this.name = name;
    this.#place = place;
    this.#upstream = upstream;
    upstream.behaviours.set({ delay_ms: 2 }, null);
  }

  /** Requests that reached it. */
  get hits(): number {
    return this.#upstream.log.length;
  }

  /** As by kill -9: its port is closed, its connections break, and nobody renews its session. */
  async kill(): Promise<void> {
    this.#driver?.kill();
    this.#driver = null;
    await this.#upstream.down();
  }

  /** Starts again on the same port, under the same owner. */
  async restart(): Promise<void> {
    await this.#upstream.up();
    await this.#register();
  }

  /** Leaves deliberately: out of the list first, serving until Miko says that all callers have let go, and down then. */
  async depart(): Promise<void> {
    await this.#driver!.do('deregister', { registration: this.#registration });
    await this.#driver!.do('close', {});
    await this.#driver!.end();
    this.#driver = null;
    await this.#upstream.down();
  }

  async stop(): Promise<void> {
    await this.#driver?.end();
    await this.#upstream.stop();
  }

  async #register(): Promise<void> {
    const { command, url, token, service } = this.#place;
    const driver = new DriverProcess(command);
    this.#driver = driver;
    await driver.do('connect', { url, token, options: { cache_dir: null, owner: `${service}-${this.name}`, ttl_seconds: TTL_SECONDS } });
    const { registration } = (await driver.do('register', {
      service, instance: this.name, host: '127.0.0.1', port: this.#upstream.port, protocol: 'http', weight: 100, zone: null, tags: [], labels: {}, check: CHECK, readiness: null,
    })) as { registration: number };
    this.#registration = registration;
    // Not waited for: while Miko is away it happens later.
    void driver.do('registered', { registration, timeout_ms: 60_000 }, 70_000).catch(() => {});
  }
}
