import type { Endpoint } from '../directory/endpoint.ts';
import type { Breaker } from '../survive/breaker.ts';
import type { Outcome } from '../survive/outcome.ts';
import type { Member } from './member.ts';
import type { Ticket } from './ticket.ts';

/** Who hears of the attempts of one balancer. */
export type Learner = {
  /** `probeOf`: the breaker whose probe it was. */
  readonly learn: (member: Member, outcome: Outcome, probeOf: Breaker | null, now: number) => void;
  readonly ended: (member: Member) => void;
  readonly now: () => number;
};

/** Counts an attempt at a member as in flight until it is reported. A class, for one is made with every pick. */
export class Hold implements Ticket {
  readonly endpoint: Endpoint;
  readonly #member: Member;
  readonly #learner: Learner;
  #probeOf: Breaker | null;
  #isLearned = false;
  #isOpen = true;

  constructor(member: Member, probeOf: Breaker | null, learner: Learner) {
    this.endpoint = member.endpoint;
    this.#member = member;
    this.#probeOf = probeOf;
    this.#learner = learner;
    member.inFlight += 1;
    if (member.lane !== null) member.lane.inFlight += 1;
  }

  answered(outcome: Outcome, now?: number): void {
    if (this.#isOpen && !this.#isLearned) this.#learn(outcome, now ?? this.#learner.now());
  }

  report(outcome: Outcome): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const member = this.#member;
    member.inFlight -= 1;
    if (member.lane !== null) member.lane.inFlight -= 1;
    if (!this.#isLearned || outcome.kind === 'broken') this.#learn(outcome, this.#learner.now());
    this.#learner.ended(member);
  }

  #learn(outcome: Outcome, now: number): void {
    this.#isLearned = true;
    if (this.#member.standing !== 'departed') this.#learner.learn(this.#member, outcome, this.#probeOf, now);
    this.#probeOf = null;
  }
}
