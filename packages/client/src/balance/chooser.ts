import type { Lane } from './draw.ts';
import type { Member } from './member.ts';
import type { Ring } from './ring.ts';

/** Answers the index of one of the lane's endpoints, never one in `skip` (ascending; at least one is left). */
export type Chooser = (lane: Lane, skip: readonly number[], request: ChooserRequest) => number;

export type ChooserRequest = {
  /** Monotonic ms. */
  readonly now: number;
  readonly hashKey: string | undefined;
  /** Of all endpoints of the view, those of the lane among them; made when it is first asked for. */
  readonly ring: () => Ring<Member>;
};
