import type { JsonObject, Kind } from '@miko/model';
import type { Operation } from '@miko/server';
import type { Sent } from './door.ts';
import type { Frames } from './frames.ts';
import { refused, same, went, type Told } from './told.ts';
import { varied } from './variation.ts';
import type { World } from './world.ts';

/** An object as the API shows it. */
export interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly project: string | null;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly spec: JsonObject;
  readonly status: JsonObject;
  readonly secret?: string;
}

export interface Page {
  readonly items: readonly Shown[];
  readonly next_page_token: string | null;
}

export type More = Partial<Pick<Sent, 'headers' | 'token'>>;
export const anyway = { 'if-match': '*' };
export const createOnly = { 'if-none-match': '*' };
export const MERGE_PATCH = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';

/** Where a case makes objects of one kind: a project of its own, or names of its own among the fleet's. */
export class Place {
  readonly world: World;
  readonly kind: Kind;
  readonly project: string | null;
  readonly collection: string;
  readonly #names: readonly string[] | null;
  readonly #prefix: string;

  constructor(world: World, kind: Kind, project: string | null, prefix: string) {
    this.world = world;
    this.kind = kind;
    this.project = project;
    this.#names = kind.names?.(world.kinds) ?? null;
    this.#prefix = prefix;
    this.collection = this.fill(world.operation(kind, 'create'));
  }

  /** The same project, for another kind. */
  sibling(kind: Kind): Place {
    return new Place(this.world, kind, this.project, this.#prefix);
  }

  /** How many objects there can be at once, at most `wanted`: some kinds take few names. */
  room(wanted: number): number {
    return Math.min(wanted, this.#names?.length ?? wanted, this.kind.limits.perParent);
  }

  /** The nth name, in the order of lists; the first is 0. */
  name(n: number): string {
    if (this.#names !== null) return this.#names.toSorted()[n] ?? `${this.#prefix}-${n}`;
    return `${this.#prefix}-${String(n).padStart(4, '0')}`;
  }

  spec(n: number): JsonObject {
    return this.kind.example(n);
  }

  /** The same with one field changed. */
  other(n: number, turn = 1): JsonObject {
    return varied(this.kind, this.spec(n), turn);
  }

  path(nameOrId: string): string {
    return `${this.collection}/${nameOrId}`;
  }

  fill(operation: Operation): string {
    return operation.path.replaceAll(/\{\w+\}/g, () => this.project ?? 'default');
  }

  owns(object: { readonly name: string }): boolean {
    return this.project !== null || object.name.startsWith(`${this.#prefix}-`);
  }

  send<T = Shown>(method: string, path: string, body?: unknown, more: More = {}): Promise<Told<T>> {
    return this.world.door.send<T>({ method, path, ...(body === undefined ? {} : { body }), ...more });
  }

  post(n: number, more: More = {}): Promise<Told<Shown>> {
    return this.send('POST', this.collection, { name: this.name(n), spec: this.spec(n) }, more);
  }

  /** Made, as it is read by now. */
  async make(n: number): Promise<Told<Shown>> {
    went(await this.post(n), 201);
    return this.get(n);
  }

  async makeAll(count: number): Promise<void> {
    for (let n = 0; n < count; n++) went(await this.post(n), 201);
  }

  get(n: number | string, more: More = {}): Promise<Told<Shown>> {
    return this.send('GET', this.path(typeof n === 'number' ? this.name(n) : n), undefined, more);
  }

  put(n: number, spec: JsonObject, headers: Readonly<Record<string, string>> = anyway, token?: string): Promise<Told<Shown>> {
    return this.send('PUT', this.path(this.name(n)), { spec }, { headers, ...(token === undefined ? {} : { token }) });
  }

  merge(n: number, body: unknown, headers: Readonly<Record<string, string>> = anyway): Promise<Told<Shown>> {
    return this.send('PATCH', this.path(this.name(n)), body, { headers: { 'content-type': MERGE_PATCH, ...headers } });
  }

  apply(n: number, operations: unknown, headers: Readonly<Record<string, string>> = anyway): Promise<Told<Shown>> {
    return this.send('PATCH', this.path(this.name(n)), operations, { headers: { 'content-type': JSON_PATCH, ...headers } });
  }

  remove(n: number, headers: Readonly<Record<string, string>> = anyway): Promise<Told<Shown>> {
    return this.send('DELETE', this.path(this.name(n)), undefined, { headers });
  }

  list(query = ''): Promise<Told<Page>> {
    return this.send<Page>('GET', `${this.collection}${query === '' ? '' : `?${query}`}`);
  }

  /** The objects of this place from every page, in the order of the list. */
  async all(query: string): Promise<Shown[]> {
    const found: Shown[] = [];
    for (let token: string | null = ''; token !== null;) {
      const { body }: Told<Page> = went(await this.list(`${query}${token === '' ? '' : `&page_token=${token}`}`), 200);
      found.push(...body.items);
      token = body.next_page_token;
    }
    return found.filter(object => this.owns(object));
  }

  /** The same in pages as large as the kind allows. */
  every(): Promise<Shown[]> {
    return this.all(`limit=${this.kind.limits.page}`);
  }

  /** Takes away what is left here, so that no case fills the fleet for the next. */
  async clear(): Promise<void> {
    if (this.project !== null) return;
    for (const { name } of await this.every()) {
      await this.world.unbind(name);
      went(await this.send('DELETE', this.path(name), undefined, { headers: anyway }), 204);
    }
  }

  watch(query = '', more: More = {}): Promise<Frames> {
    const path = this.fill(this.world.operation(this.kind, 'watch'));
    return this.world.door.stream({ method: 'GET', path: `${path}${query === '' ? '' : `?${query}`}`, ...more });
  }

  /** Runs something that must be refused, and checks that nothing of it stayed. */
  async unchanged(run: () => Promise<Told>, ...refusal: RefusalOf): Promise<void> {
    const before = [await this.world.mark(), (await this.list()).text];
    refused(await run(), ...refusal);
    same([await this.world.mark(), (await this.list()).text], before, 'the state after a refusal');
  }
}

type RefusalOf = Parameters<typeof refused> extends [unknown, ...infer Rest] ? Rest : never;
