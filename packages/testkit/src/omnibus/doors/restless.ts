import type { Door, Sent } from '../door.ts';
import { Frames } from '../frames.ts';
import type { Told } from '../told.ts';

/** What may be ended at any moment and started again on the same address. */
export interface Restartable {
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/**
 * A door behind which the server is ended and started again between steps, by chance: half of the time by kill -9. Only
 * while nothing is under way, since what a call meets then is decided by the fault tests. Streams are opened again with
 * their last cursor, as every client does, so a gap or a repetition shows.
 */
export class RestlessDoor implements Door {
  readonly #door: Door;
  readonly #server: Restartable;
  readonly #random: () => number;
  readonly #chance: number;
  readonly #streams: { readonly sent: Sent; readonly frames: Frames }[] = [];
  #underWay = 0;
  #restarting: Promise<void> = Promise.resolve();
  restarts = 0;

  constructor(door: Door, server: Restartable, random: () => number, chance: number) {
    this.#door = door;
    this.#server = server;
    this.#random = random;
    this.#chance = chance;
  }

  get admin(): string {
    return this.#door.admin;
  }

  get url(): string | null {
    return this.#door.url;
  }

  async send<T = never>(sent: Sent): Promise<Told<T>> {
    await this.#restarting;
    if (this.#underWay === 0 && this.#random() < this.#chance) await (this.#restarting = this.#restart());
    this.#underWay++;
    try {
      return await this.#door.send<T>(sent);
    } finally {
      this.#underWay--;
    }
  }

  async stream(sent: Sent, frames = new Frames()): Promise<Frames> {
    await this.#restarting;
    await this.#door.stream(sent, frames);
    this.#streams.push({ sent, frames });
    return frames;
  }

  async #restart(): Promise<void> {
    this.restarts++;
    const open = this.#streams.splice(0).filter(({ frames }) => !frames.ended);
    await this.#server.restart(this.#random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
    for (const { sent, frames } of open) {
      const { cursor } = frames;
      await this.#door.stream({ ...sent, headers: { ...sent.headers, ...(cursor === null ? {} : { 'last-event-id': cursor }) } }, frames);
      this.#streams.push({ sent, frames });
    }
  }
}
