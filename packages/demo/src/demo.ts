import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkLanguage, prepareClient, type ClientProgram, type Language } from './client-program.ts';
import { isDemoRunning, openControlSocket, type ControlSocket } from './control-socket.ts';
import { Fleet } from './fleet.ts';
import { untilAllListed } from './listing.ts';
import { MikoApi } from './miko-api.ts';
import { MikoServer } from './miko-server.ts';
import { DemoError, readSettings, shownPath } from './settings.ts';
import { demoTokens } from './tokens.ts';
import { introduction } from './words.ts';

const LISTED_LIMIT_MS = 20_000;

/** Miko and its small fleet: all of it is started by `start`, and nothing of it is left after `stop`, at whatever moment that is called. */
export class Demo {
  readonly #say: (text: string) => void;
  readonly #stopped = new AbortController();
  #server: MikoServer | null = null;
  #fleet: Fleet | null = null;
  #control: ControlSocket | null = null;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** `language`: that of the client. Throws DemoError, for people; then everything that was started has ended again. */
  async start(env: NodeJS.ProcessEnv, language: Language): Promise<void> {
    this.#starting = this.#start(env, language);
    try {
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(env: NodeJS.ProcessEnv, language: Language): Promise<void> {
    const say = this.#say;
    checkLanguage(language, env);
    const dataDir = env['MIKO_DATA_DIR'] || '.miko';
    if (await isDemoRunning(dataDir)) throw new DemoError(`a demo runs already on ${shownPath(dataDir)}: stop it first, or set MIKO_DATA_DIR and MIKO_LISTEN for a second one`);
    const settings = await readSettings(env);
    mkdirSync(join(settings.dataDir, 'demo'), { recursive: true, mode: 0o700 });
    this.#goOn();
    const client = await this.#client(language, settings.dataDir, env);
    this.#goOn();

    const began = performance.now();
    const since = (): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
    say(`Miko starts at ${settings.url} ...`);
    const server = new MikoServer(settings, say);
    this.#server = server;
    this.#goOn();
    await server.start();
    say(`  ready after ${since()}`);

    const tokens = await demoTokens(settings.url, settings.dataDir);
    const api = new MikoApi(settings.url, tokens.supervisor);
    const fleet = new Fleet(settings, tokens, client, say);
    this.#fleet = fleet;
    this.#goOn();
    say(`${fleet.offering().length} processes start and register ...`);
    await fleet.startServices();
    this.#goOn();
    this.#control = await openControlSocket(settings.dataDir, { fleet, server, api });
    this.#goOn();
    await this.#listed(api, fleet, since);

    this.#goOn();
    say(introduction(settings, language));
    await fleet.startClient();
  }

  #client(language: Language, dataDir: string, env: NodeJS.ProcessEnv): Promise<ClientProgram> {
    if (language === 'go') this.#say('The client in Go is built ...');
    return prepareClient({ language, folder: join(dataDir, 'demo', 'compiled'), env, signal: this.#stopped.signal });
  }

  async #listed(api: MikoApi, fleet: Fleet, since: () => string): Promise<void> {
    const members = fleet.offering();
    const seen = await untilAllListed(api, members, LISTED_LIMIT_MS);
    const late = members.filter((_, index) => seen[index] === null || seen[index]?.health === 'starting');
    const drained = members.filter((_, index) => seen[index]?.state === 'draining');
    this.#say(late.length === 0 ? `  all in the list after ${since()}` : `  not in the list after ${since()}: ${late.map(({ name }) => name).join(', ')} (see demo.log)`);
    for (const { name, service } of drained) this.#say(`  ${name} is still drained, as that outlives a restart; take it back: npx miko undrain ${service}/${name}`);
  }

  /** After a stop nothing more is started. */
  #goOn(): void {
    if (this.#stopping !== null) throw new DemoError('stopped while it started');
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    // What is under way ends by itself when its processes do.
    await this.#control?.close();
    await this.#fleet?.close();
    await this.#server?.close();
    await this.#starting?.catch(() => {});
    // It may have gone one step further in the meantime.
    await this.#control?.close();
    await this.#fleet?.close();
  }
}
