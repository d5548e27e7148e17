import type { Actor, Role } from './access.ts';
import type { Flaw } from './errors.ts';
import type { ObjectSchema } from './schema.ts';

/**
 * A kind: one frozen value from which routes, validation, access, events and commands are derived.
 * Members are methods where a kind brings code, so that kinds of different specs fit one array without a cast.
 */
export type JsonObject = { readonly [name: string]: unknown };

/** An object as stored: `project` is the name of the project it lies in, null for the fleet's own kinds. */
export interface Stored<Spec = JsonObject, Status = JsonObject> {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly project: string | null;
  /** Moves with the spec alone; the ETag stands for it. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly spec: Spec;
  readonly status: Status;
}

/** How an object comes to be: the API date of the call that makes it. */
export interface Made {
  readonly apiDate: string;
}

export interface Kind<Spec = JsonObject, Status = JsonObject> {
  /** snake_case, singular. */
  readonly name: string;
  readonly idPrefix: string;
  /** The kind it lies in: `project`, or null for a kind of the whole fleet. */
  readonly parent: Kind | null;
  /** The API date it first appears in. */
  readonly since: string;
  readonly summary: string;
  readonly spec: ObjectSchema<Spec>;
  /** Fields of the spec that only create sets. */
  readonly frozen: readonly string[];
  /** `fleetWrites`: though it lies in a project, only credentials bound to none write it. */
  readonly access: { readonly read: Role; readonly write: Role; readonly fleetWrites?: boolean };
  /** Creating one answers once with a `secret`, of which only a hash is kept. */
  readonly issuesSecret: boolean;
  /** Most objects in one parent, most bytes of a body, most objects of one page of a list (1 to 1000; a list that asks for none gets 100). */
  readonly limits: { readonly perParent: number; readonly bodyBytes: number; readonly page: number };
  example(n: number): Spec;
  /** The only names its objects may bear, where not every name will do; `kinds`: every kind of this Miko. */
  names?(kinds: readonly Kind[]): readonly string[];
  /** Pure, inside the transaction: the reasons this change may not be, or none. */
  admit?(change: { before: Spec | null; next: Spec | null; name: string }): readonly Flaw[];
  /** Why this caller may not make such a one, though its role suffices; null: it may. */
  denies?(actor: Actor, made: Spec): string | null;
  readonly status: { readonly schema: ObjectSchema<Status>; initial(spec: Spec, at: Made): Status };
}

type Declared<Spec, Status> = { readonly spec: ObjectSchema<Spec>; readonly status: { readonly schema: ObjectSchema<Status> } };

/** Types come from the two schemas alone; everything else is checked against them. */
export function defineKind<Spec, Status>(
  kind: Declared<Spec, Status> & NoInfer<Kind<Spec, Status> & { readonly frozen: readonly (keyof Spec)[] }>,
): Kind<Spec, Status> {
  return deepFreeze<Kind<Spec, Status>>(kind);
}

/** `service` -> `services`, `endpoint_override` -> `endpoint-overrides`, `policy` -> `policies`. */
export function pluralOf(kind: Pick<Kind, 'name'>): string {
  const path = kind.name.replaceAll('_', '-');
  return path.endsWith('y') ? `${path.slice(0, -1)}ies` : `${path}s`;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
