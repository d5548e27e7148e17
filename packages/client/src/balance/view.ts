import type { Endpoint } from '../directory/endpoint.ts';
import type { Lanes } from './lanes.ts';
import type { Member } from './member.ts';
import { createRing } from './ring.ts';
import type { Ring } from './ring.ts';
import { subsetOf } from './subset.ts';

/** What a balancer makes of one list: computed once, used with every pick from it. */
export type View = {
  /** The subset, or all, by instance name. */
  readonly members: readonly Member[];
  readonly protocols: ReadonlySet<string>;
  readonly ring: () => Ring<Member>;
  /** Made with the first pick, and again when who is available changes. */
  lanes: Lanes | null;
};

export type ViewOptions = { readonly subsetSize: number; readonly owner: string };

export function createView(members: readonly Member[], options: ViewOptions): View {
  const sorted = byInstance(members);
  const subset = subsetOf(sorted, options.subsetSize, options.owner, instanceOf);
  let ring: Ring<Member> | null = null;
  return {
    members: subset,
    protocols: new Set(subset.map((member) => member.endpoint.protocol)),
    ring: () => (ring ??= createRing(subset, instanceOf)),
    lanes: null,
  };
}

function instanceOf(member: { readonly endpoint: Endpoint }): string {
  return member.endpoint.instance;
}

function byInstance(members: readonly Member[]): readonly Member[] {
  const isSorted = members.every((member, i) => i === 0 || instanceOf(members[i - 1] ?? member) <= instanceOf(member));
  // Instance names are ASCII: the order of strings is that of their bytes.
  return isSorted ? members : [...members].sort((a, b) => (instanceOf(a) < instanceOf(b) ? -1 : 1));
}
