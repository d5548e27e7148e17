import type { ShownObject } from './object-calls.ts';

/** What a watcher of objects knows, and what each frame changes in it. Pure: frames in, changes out. */
export type ObjectChange =
  | { readonly change: 'set'; readonly revision: number; readonly first: boolean; readonly object: ShownObject }
  | { readonly change: 'gone'; readonly revision: number; readonly id: string; readonly name: string };

export interface ObjectSnapshot {
  readonly revision: number;
  readonly items: readonly ShownObject[];
}

export interface ObjectDelta {
  readonly revision: number;
  readonly items: { readonly set?: readonly ShownObject[]; readonly gone?: readonly { readonly id: string; readonly name: string }[] };
}

export interface KnownObjects {
  snapshot(frame: ObjectSnapshot): readonly ObjectChange[];
  delta(frame: ObjectDelta): readonly ObjectChange[];
}

/** After a snapshot in the middle of a watch only what differs is a change: a resumed reader sees nothing twice. */
export function createKnownObjects(): KnownObjects {
  const known = new Map<string, { readonly name: string; readonly text: string }>();

  const put = (revision: number, object: ShownObject): readonly ObjectChange[] => {
    const before = known.get(object.id);
    // The whole object is compared: its status may change while its revision stands.
    const text = JSON.stringify(object);
    if (before?.text === text) return [];
    known.set(object.id, { name: object.name, text });
    return [{ change: 'set', revision, first: before === undefined, object }];
  };

  const drop = (revision: number, id: string, name: string): readonly ObjectChange[] => (known.delete(id) ? [{ change: 'gone', revision, id, name }] : []);

  return {
    snapshot({ revision, items }) {
      const present = new Set(items.map(({ id }) => id));
      const missed = [...known].filter(([id]) => !present.has(id));
      return [...missed.flatMap(([id, { name }]) => drop(revision, id, name)), ...items.flatMap(object => put(revision, object))];
    },
    delta({ revision, items }) {
      return [...(items.gone ?? []).flatMap(({ id, name }) => drop(revision, id, name)), ...(items.set ?? []).flatMap(object => put(revision, object))];
    },
  };
}
