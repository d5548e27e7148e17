import { randomUUID } from 'node:crypto';
import type { Kind } from '@miko/model';
import type { Operation } from '@miko/server';
import { eventually } from '../eventually.ts';
import { operationOf } from './case.ts';
import type { Door, Sent } from './door.ts';
import { Place, type Shown } from './place.ts';
import { went, type Told } from './told.ts';

const MOST_WAIT_MS = 10_000;

/** What a credential may be. */
export interface Holder {
  readonly role: 'reader' | 'writer' | 'admin';
  readonly project: string | null;
}

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** One Miko with its kinds and declared operations, and places in it that no two cases share. */
export class World {
  readonly door: Door;
  readonly kinds: readonly Kind[];
  readonly operations: readonly Operation[];
  readonly #shared = new Map<string, Promise<Place>>();
  readonly #tokens = new Map<string, Promise<string>>();
  readonly #made: Place[] = [];
  #places = 0;
  #bound: { readonly holder: Holder; readonly path: string }[] = [];

  /** Runs `miko` against it; null where no command can reach it. */
  readonly command: ((args: readonly string[], input?: string) => Promise<Ended>) | null;

  constructor({ door, kinds, operations, command }: Pick<World, 'door' | 'kinds' | 'operations' | 'command'>) {
    this.door = door;
    this.kinds = kinds;
    this.operations = operations;
    this.command = command;
  }

  operation(kind: Kind, verb: string): Operation {
    return operationOf(this.operations, kind, verb);
  }

  send<T = never>(sent: Sent): Promise<Told<T>> {
    return this.door.send<T>(sent);
  }

  /** A place nobody else uses, until the case ends. */
  async place(kind: Kind): Promise<Place> {
    const place = await this.#newPlace(kind);
    this.#made.push(place);
    return place;
  }

  /** Takes away what the case that ends has made. */
  async tidy(): Promise<void> {
    for (const place of this.#made.splice(0)) await place.clear();
  }

  /** Leaves it there: what was filled at the end is in nobody's way. */
  forget(): void {
    this.#made.length = 0;
  }

  /** A place with object 0 in it, for cases that change nothing. */
  shared(kind: Kind): Promise<Place> {
    return this.#once(this.#shared, kind.name, async () => {
      const place = await this.#newPlace(kind);
      await place.make(0);
      return place;
    });
  }

  /** A new project, by its name. */
  async project(kind: Kind): Promise<string> {
    const name = `q${(this.#places++).toString(36)}`;
    went(await this.send({ method: 'POST', path: this.operation(kind, 'create').path, body: { name, spec: kind.example(1) } }), 201);
    return name;
  }

  /** The secret of a credential that may do what `holder` says; the same one for the same holder. */
  token(holder: Holder): Promise<string> {
    return this.#once(this.#tokens, JSON.stringify(holder), () => this.newToken(holder));
  }

  async newToken(holder: Holder, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const kind = this.kinds.find(one => one.issuesSecret)!;
    const body = { name: `t-${randomUUID()}`, spec: { ...kind.example(1), audience: 'internal', ...holder } };
    const made = went(await this.send<Shown>({ method: 'POST', path: this.operation(kind, 'create').path, body, headers }), 201);
    if (holder.project !== null) this.#bound.push({ holder, path: `${this.operation(kind, 'create').path}/${body.name}` });
    return made.body.secret!;
  }

  /** Withdraws the credentials that are bound to a project: it is not to be deleted before. */
  async unbind(project: string): Promise<void> {
    const own = this.#bound.filter(({ holder }) => holder.project === project);
    this.#bound = this.#bound.filter(({ holder }) => holder.project !== project);
    for (const { holder, path } of own) {
      this.#tokens.delete(JSON.stringify(holder));
      await this.send({ method: 'DELETE', path, headers: { 'if-match': '*' } });
    }
  }

  /** Where the counter stands. Two equal marks: nothing was written in between. */
  async mark(): Promise<string> {
    // `at_least` is never answered from kept bytes, and the cursor holds the revision of the whole Miko.
    const list = await this.send({ method: 'GET', path: '/v1/projects/default/endpoints?at_least=0' });
    return went(list, 200).headers['miko-cursor']!;
  }

  /** Waits a bounded time for something that comes beside the answers. */
  eventually(ask: () => Promise<boolean>, what: string): Promise<unknown> {
    return eventually(async () => ((await ask()) ? true : undefined), MOST_WAIT_MS, what, 100);
  }

  async #newPlace(kind: Kind): Promise<Place> {
    const prefix = `p${(this.#places++).toString(36)}`;
    return new Place(this, kind, kind.parent === null ? null : await this.project(kind.parent), prefix);
  }

  #once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  }
}
