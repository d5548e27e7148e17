import { join } from 'node:path';
import type { ClientProgram } from './client-program.ts';
import { DurableEndpoints } from './durable-endpoints.ts';
import { LogFile } from './log-file.ts';
import { Member, type MemberOptions } from './member.ts';
import type { ChildMessage, Totals } from './messages.ts';
import { MikoApi } from './miko-api.ts';
import { CLIENT, instanceName, services, zoneOf, type ServicePlan } from './plan.ts';
import { DemoError, type Settings } from './settings.ts';
import type { Tokens } from './tokens.ts';

const LEAVE_LIMIT_MS = 2_000;

/** The processes around Miko: those that offer something, and the one client that calls them. */
export class Fleet {
  readonly members = new Map<string, Member>();
  /** The client's sums; null before its first second. */
  totals: Totals | null = null;
  readonly #settings: Settings;
  readonly #tokens: Tokens;
  readonly #say: (text: string) => void;
  readonly #log: LogFile;
  readonly #durable: DurableEndpoints;
  #closed = false;

  constructor(settings: Settings, tokens: Tokens, client: ClientProgram, say: (text: string) => void) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#say = say;
    this.#log = new LogFile(join(settings.dataDir, 'demo.log'));
    this.#durable = new DurableEndpoints(new MikoApi(settings.url, tokens.supervisor), error => say(`Miko refused to register a cache: ${error.message}`));
    for (const plan of services) for (let number = 1; number <= plan.instances; number++) this.#enlist(plan, number);
    this.#enlistClient(client);
  }

  /** All that offer something, at the same time. */
  async startServices(): Promise<void> {
    for (const { service, speech } of services) if (speech === 'tcp') await this.#durable.removeLeftovers(service);
    await Promise.all(this.offering().map(member => this.start(member)));
  }

  /** Later than the services, so that it finds them all. */
  async startClient(): Promise<void> {
    const client = this.members.get(CLIENT);
    if (client !== undefined) await this.start(client);
  }

  /** Throws DemoError when it does not come up. */
  async start(member: Member): Promise<void> {
    if (this.#closed) throw new DemoError('the demo is being stopped');
    await member.start();
  }

  /** One more process of the service. Throws DemoError when it does not come up; then it is not a part of the fleet. */
  async add(plan: ServicePlan, number: number): Promise<Member> {
    const member = this.#enlist(plan, number);
    try {
      await this.start(member);
      return member;
    } catch (error) {
      this.members.delete(member.name);
      throw error;
    }
  }

  /** In good order. A durable endpoint leaves the list first: its process knows nothing of Miko. */
  async stop(member: Member): Promise<void> {
    if (member.service !== null && isDurable(member.service)) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, LEAVE_LIMIT_MS);
      await Promise.race([this.#durable.remove(member.service, member.name), late.promise]);
      clearTimeout(timer);
    }
    await member.stop();
  }

  /** All: the caller first, so that nobody's end is anybody's failure. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.members.get(CLIENT)?.stop();
    await Promise.all(this.offering().map(member => this.stop(member)));
    this.#durable.close();
    this.#log.close();
  }

  offering(): Member[] {
    return [...this.members.values()].filter(member => member.service !== null);
  }

  instancesOf(service: string): Member[] {
    return [...this.members.values()].filter(member => member.service === service);
  }

  #enlist(plan: ServicePlan, number: number): Member {
    const name = instanceName(plan.service, number);
    const zone = zoneOf(number);
    const onMessage = (message: ChildMessage): void => {
      if (message.type !== 'listening' || !isDurable(plan.service)) return;
      void this.#durable.put({ service: plan.service, instance: name, port: message.port, zone });
    };
    return this.#admit({
      name, service: plan.service, program: `programs/${plan.speech}-service`, args: [plan.service, name, zone], onMessage,
      env: environment(this.#settings, isDurable(plan.service) ? null : this.#tokens.services),
    });
  }

  #enlistClient({ program, args, env }: ClientProgram): void {
    const onMessage = (message: ChildMessage): void => {
      if (message.type === 'totals') this.totals = message.totals;
    };
    this.#admit({ name: CLIENT, service: null, program, args, onMessage, env: { ...environment(this.#settings, this.#tokens.client), ...env } });
  }

  #admit(options: Omit<MemberOptions, 'stdout' | 'log' | 'onLost'>): Member {
    const { name } = options;
    const member = new Member({
      ...options,
      stdout: name === CLIENT ? 'inherit' : 'log',
      log: this.#log,
      onLost: why => this.#say(`${name} ended (${why}); start it again: npx miko demo start ${name}`),
    });
    this.members.set(name, member);
    return member;
  }
}

const isDurable = (service: string): boolean => services.some(plan => plan.service === service && plan.speech === 'tcp');

/** A process gets its own token and nothing of Miko's secrets: not the database's address, not the key. */
function environment({ url, dataDir }: Settings, token: string | null): NodeJS.ProcessEnv {
  const { MIKO_DATABASE_URL: _database, MIKO_TLS_KEY: _key, MIKO_TOKEN: _token, ...rest } = process.env;
  return { ...rest, MIKO_URL: url, MIKO_CACHE_DIR: join(dataDir, 'demo', 'cache'), ...(token === null ? {} : { MIKO_TOKEN: token }) };
}
