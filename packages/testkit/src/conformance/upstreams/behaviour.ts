/** What an upstream does with a request. */
export interface Behaviour {
  readonly status: number;
  /** Before the head. */
  readonly delay_ms: number;
  /** Waits with the head until `release`. */
  readonly hold: boolean;
  /** Sends the head and half of the body, and the rest after `release`. */
  readonly hold_body: boolean;
  /** Takes the request and never answers. */
  readonly hang: boolean;
  /** Breaks the connection (TCP reset) there. */
  readonly reset: 'before_head' | 'mid_body' | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: the instance's name. */
  readonly body: string | null;
  /** Answers with the request itself: method, path, headers, body. */
  readonly echo: boolean;
}

export const ordinary: Behaviour = {
  status: 200, delay_ms: 0, hold: false, hold_body: false, hang: false, reset: null, headers: {}, body: null, echo: false,
};

export const resets = ['before_head', 'mid_body'] as const;

/** Behaviours in turn: the next `times` requests by the first, and so on; then the ordinary one. */
export class Behaviours {
  #queue: { readonly behaviour: Behaviour; left: number }[] = [];

  /** From now on; `times` null: for ever. */
  set(behaviour: Partial<Behaviour>, times: number | null): void {
    this.#queue = [];
    this.add(behaviour, times);
  }

  /** After those that were set before. */
  add(behaviour: Partial<Behaviour>, times: number | null): void {
    this.#queue.push({ behaviour: { ...ordinary, ...behaviour }, left: times ?? Infinity });
  }

  next(): Behaviour {
    const current = this.#queue.find(({ left }) => left > 0);
    if (current === undefined) return ordinary;
    current.left -= 1;
    return current.behaviour;
  }
}
