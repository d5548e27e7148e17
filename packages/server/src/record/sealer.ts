import { sealNext, streams, type Lease } from '@miko/store';

/** The most blocks one pass seals of a stream: then others have their turn on the connection that leads. */
const MOST_BLOCKS = 5;

/** Seals what was committed since the last pass, of changes and of refusals; on the lease, so there is one chain. */
export class Sealer {
  readonly #lease: Lease;

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  /** `more`: there is more to seal at once. Rejects when this Miko does not lead. */
  async runOnce(): Promise<{ sealed: number; more: boolean }> {
    let [sealed, more] = [0, false];
    for (const stream of streams) {
      let last = { sealed: 0, more: true };
      for (let blocks = 0; last.more && blocks < MOST_BLOCKS; blocks++) {
        last = await sealNext(this.#lease, stream);
        sealed += last.sealed;
      }
      more ||= last.more;
    }
    return { sealed, more };
  }
}
