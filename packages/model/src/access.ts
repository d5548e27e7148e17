/**
 * The one decision about access. Every call passes it, whatever the path: single, list, watch, face.
 * `hide` means the caller must not learn that the target exists (404); `deny` that it may see but not do it (403).
 */
export type Role = 'reader' | 'writer' | 'admin';
export type Audience = 'internal' | 'public';

/** Who calls: the credential, what it may do, the one project it is bound to (null: every project), which addresses it may see. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  /** The id of the credential it came with; null: none was needed. */
  readonly credential: string | null;
  /** The API date pinned on that credential: what it speaks where a call names none. */
  readonly apiDate: string;
  readonly role: Role;
  readonly project: string | null;
  readonly audience: Audience;
}

/** What is asked for: a stable name such as `service.create`, and the least role that may do it. */
export interface Action {
  readonly name: string;
  readonly role: Role;
  /** Only for credentials bound to no project: it sets bounds for those that are. */
  readonly ofFleet?: boolean;
  /** It shows what was written as it was, internal addresses among it: nothing for the audience `public`. */
  readonly showsInternal?: boolean;
}

/** What it is asked of: the project it lies in, or null for the fleet's own. */
export interface Target {
  readonly project: string | null;
}

const rank: { readonly [role in Role]: number } = { reader: 1, writer: 2, admin: 3 };

export function permit(actor: Actor, action: Action, target: Target): 'allow' | 'deny' | 'hide' {
  if (actor.project !== null && target.project !== null && target.project !== actor.project) return 'hide';
  if (rank[actor.role] < rank[action.role]) return 'deny';
  if (actor.project !== null && action.ofFleet === true) return 'deny';
  if (actor.audience === 'public' && action.showsInternal === true) return 'deny';
  // A credential bound to one project reads what the fleet declares and changes none of it.
  if (actor.project !== null && target.project === null && action.role !== 'reader') return 'deny';
  return 'allow';
}
