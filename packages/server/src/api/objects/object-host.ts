import { pluralOf, Problem, type Flaw, type Kind, type Stored } from '@miko/model';
import type { Store, WriteHow } from '@miko/store';
import type { ObjectHub } from '../../directory/object-hub.ts';
import type { ObjectIndex } from '../../directory/object-index.ts';
import type { Request } from '../operation.ts';
import type { PageSigner } from './page-token.ts';

/** What the operations of kinds need of the rest: the truth, and the view that answers reads. */
export interface ObjectHost {
  readonly store: Store;
  readonly objects: ObjectIndex;
  readonly hub: ObjectHub;
  readonly signer: PageSigner;
  /** A caller was given the secret of a new object: that is recorded. */
  secretShown(subject: string, request: Request): void;
  object(kind: string, project: string | null, nameOrId: string): Stored | null;
  /** Resolves once the view of this Miko holds the revision: an answer goes out only then. Whatever the deadline: it is written. */
  seen(revision: number): Promise<void>;
}

/** A kind with its place in the tree of addresses. */
export interface Place {
  readonly kind: Kind;
  /** `/v1/projects/{project}/services` */
  readonly collection: string;
  /** The last parameter of an object's own address. */
  readonly parameter: string;
  /** The only names its objects may bear; null: any. */
  readonly names: readonly string[] | null;
}

export function placeOf(kind: Kind, kinds: readonly Kind[]): Place {
  const collection = `/v1${kind.parent === null ? '' : `/${pluralOf(kind.parent)}/{${kind.parent.name}}`}/${pluralOf(kind)}`;
  // `{project}` is the project of everything below it, and the name of a project itself.
  const parameter = kind.parent === null && kind.name !== 'project' ? `${kind.name}_name` : kind.name;
  return { kind, collection, parameter, names: kind.names?.(kinds) ?? null };
}

/** The name of the project that an address lies in; null for the fleet's own kinds. Throws Problem `not_found`. */
export function parentOf(host: ObjectHost, { kind }: Place, params: Readonly<Record<string, string>>): string | null {
  if (kind.parent === null) return null;
  const parent = host.object(kind.parent.name, null, params[kind.parent.name]!);
  if (parent === null) throw absent(kind.parent, params[kind.parent.name]!);
  return parent.name;
}

export const isDryRun = ({ query }: Pick<Request, 'query'>): boolean => query['dry_run'] === true;

export const howOf = (request: Request): WriteHow => ({ dryRun: isDryRun(request), deadlineMs: request.deadline.remainingMs() });

export const absent = (kind: Kind, name: string): Problem => new Problem('not_found', `there is no ${kind.name} ${JSON.stringify(name.slice(0, 100))}`);

/** Throws Problem `invalid_request` with every reason the kind itself has against the change. */
export function admit(kind: Kind, before: Stored['spec'] | null, next: Stored['spec'] | null, name: string): void {
  refuseFlaws(kind.admit?.({ before, next, name }) ?? []);
}

export function refuseFlaws(flaws: readonly Flaw[]): void {
  if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer} ${f.detail}`).slice(0, 3).join('; '), { flaws });
}
