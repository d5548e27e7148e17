import type { Stored } from '@miko/model';
import { SortedList, type SortKey } from './sorted-list.ts';

/**
 * Live objects in memory: found by name and by id at once, and read in order from anywhere: by name, by the time they
 * were made, and by `updated_at` in the order of revisions.
 */
export type ObjectOrder = 'name' | 'created_at' | 'updated_at';
export const objectOrders: readonly ObjectOrder[] = ['name', 'created_at', 'updated_at'];

export class ObjectIndex {
  readonly #kinds = new Map<string, Map<string | null, ObjectCollection>>();

  /** Those of a kind in a project (null: the fleet's); an empty collection where there are none. */
  of(kind: string, project: string | null): ObjectCollection {
    return this.#kinds.get(kind)?.get(project) ?? new ObjectCollection(project);
  }

  /** Every object of a kind, whatever project it lies in. */
  *all(kind: string): Generator<Stored, void> {
    for (const collection of this.#kinds.get(kind)?.values() ?? []) yield* collection;
  }

  get(kind: string, project: string | null, nameOrId: string): Stored | null {
    return this.#kinds.get(kind)?.get(project)?.get(nameOrId) ?? null;
  }

  /** Takes the place of whatever had its id or its name. */
  set(object: Stored): void {
    let projects = this.#kinds.get(object.kind);
    if (projects === undefined) this.#kinds.set(object.kind, (projects = new Map()));
    let collection = projects.get(object.project);
    if (collection === undefined) projects.set(object.project, (collection = new ObjectCollection(object.project)));
    collection.set(object);
  }

  /** Another object that has taken its name stays. */
  delete(object: Stored): void {
    const projects = this.#kinds.get(object.kind);
    const collection = projects?.get(object.project);
    collection?.delete(object.id);
    if (collection?.size === 0) projects!.delete(object.project);
  }

  clear(): void {
    this.#kinds.clear();
  }
}

/** The live objects of one kind in one project. */
export class ObjectCollection {
  readonly project: string | null;
  readonly #byName = new Map<string, Stored>();
  readonly #byId = new Map<string, Stored>();
  readonly #sorted: { readonly [order in ObjectOrder]: SortedList<Stored> } = {
    name: new SortedList(keyIn.name), created_at: new SortedList(keyIn.created_at), updated_at: new SortedList(keyIn.updated_at),
  };

  constructor(project: string | null) {
    this.project = project;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(nameOrId: string): Stored | null {
    return this.#byName.get(nameOrId) ?? this.#byId.get(nameOrId) ?? null;
  }

  set(object: Stored): void {
    const before = this.#byId.get(object.id);
    const namesake = this.#byName.get(object.name);
    if (namesake !== undefined && namesake.id !== object.id) this.delete(namesake.id);
    // Where its key is the same, it takes the place of its older self.
    if (before !== undefined && before.name !== object.name) this.delete(before.id);
    else if (before !== undefined && before.revision !== object.revision) this.#sorted.updated_at.delete(before.revision);
    this.#byName.set(object.name, object);
    this.#byId.set(object.id, object);
    for (const order of objectOrders) this.#sorted[order].set(object);
  }

  delete(id: string): void {
    const object = this.#byId.get(id);
    if (object === undefined) return;
    this.#byId.delete(id);
    this.#byName.delete(object.name);
    for (const order of objectOrders) this.#sorted[order].delete(keyIn[order](object));
  }

  /** Those beyond the key in that direction, null: all; the key itself need not be there. Not to be changed meanwhile. */
  walk(order: ObjectOrder, isDescending: boolean, beyond: SortKey | null): Generator<Stored, void> {
    return isDescending ? this.#sorted[order].descending(beyond) : this.#sorted[order].ascending(beyond);
  }

  /** In the order of names. */
  [Symbol.iterator](): Generator<Stored, void> {
    return this.#sorted.name.ascending();
  }
}

/** What an object is sorted by: unique among those of one collection. */
export const keyIn: { readonly [order in ObjectOrder]: (object: Stored) => SortKey } = {
  name: ({ name }) => name,
  // Several may be made within a millisecond.
  created_at: ({ createdAt, id }) => `${createdAt} ${id}`,
  updated_at: ({ revision }) => revision,
};
