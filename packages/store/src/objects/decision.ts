import type { Stored } from '@miko/model';
import type { Change } from '../change.ts';
import type { Claim, KeptAnswer } from '../claims/kept-answer.ts';

/** Who does it, with what, from where, and why: what a change row keeps of the call. */
export interface Attribution {
  readonly actor: string;
  /** The id of the credential the call came with; null where Miko itself acts. */
  readonly credential: string | null;
  readonly requestId: string;
  /** The caller's address; null where Miko itself acts. */
  readonly remote: string | null;
  readonly userAgent: string | null;
  /** The session in whose course it happened. */
  readonly session?: string;
}

export type ObjectWrite =
  | {
    readonly operation: 'create';
    readonly object: Omit<Stored, 'revision' | 'createdAt' | 'updatedAt'>;
    /** The hash of a secret it issues. */
    readonly secret: Buffer | null;
    /** How many objects of its kind may lie where it lies. */
    readonly most: number;
    /** The name of the `quota` object that says otherwise for its project: the plural of its kind. */
    readonly quotaName: string;
  }
  /** `changed`: what differs, as JSON pointers. */
  | { readonly operation: 'update'; readonly before: Stored; readonly spec: Stored['spec']; readonly changed: readonly string[] }
  | { readonly operation: 'delete'; readonly before: Stored };

/**
 * What a decision sees. Nothing of it is locked: what was read of the object it writes is compared again, under the lock
 * that gives the revision its number, and where that has moved on the decision is made anew.
 */
export interface ObjectTransaction {
  /** By name or id. */
  find(kind: string, project: string | null, nameOrId: string): Promise<Stored | null>;
  /**
   * Whether anything still lies in it or names it: live objects, endpoints and sessions of a project, tokens bound to it; registered
   * endpoints of a service. Judged again under that lock: a deletion it speaks against is decided anew.
   */
  inUse(object: Stored): Promise<boolean>;
}

/** May be called several times: it reads, judges and returns what is to be written, or null for nothing, and has no other effect. */
export type Decide = (tx: ObjectTransaction) => Promise<ObjectWrite | null>;

export interface WriteHow {
  /** All is done and judged, then rolled back: the result is what it would have been. */
  readonly dryRun?: boolean;
  /** From now on; past it nothing is written. */
  readonly deadlineMs?: number;
  /** Keeps the answer in the same transaction, for a repetition of the call. */
  readonly claim?: Claim;
}

export interface ObjectResult {
  readonly object: Stored;
  readonly change: Change;
}

/** The call happened before: this is what it was answered. */
export interface Replay {
  readonly replay: KeptAnswer;
}
