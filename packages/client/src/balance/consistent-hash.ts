import type { Chooser } from './chooser.ts';
import { draw, indexIn } from './draw.ts';
import { itemAt, landing } from './ring.ts';

/**
 * The same key goes to the same endpoint, unless that has more than `loadFactor` times its part of the attempts in
 * flight: then to the next on the ring (bounded loads; Mirrokni, Thorup, Zadimoghaddam 2016). Without a key by weight.
 */
export function createConsistentHash(loadFactor: number, random: () => number): Chooser {
  return (lane, skip, { hashKey, ring: ringOf }) => {
    if (hashKey === undefined) return draw(lane, skip, random);
    let { total, inFlight } = lane;
    for (const index of skip) {
      total -= lane.weights[index] ?? 0;
      inFlight -= lane.members[index]?.inFlight ?? 0;
    }
    const ring = ringOf();
    const start = landing(ring, hashKey);
    let nearest: number | null = null;
    for (let place = start; place < start + ring.points.length; place += 1) {
      const member = itemAt(ring, place);
      const index = member === undefined ? null : indexIn(lane, member);
      if (member === undefined || index === null || skip.includes(index)) continue;
      nearest ??= index;
      const most = Math.ceil((loadFactor * (inFlight + 1) * (lane.weights[index] ?? 0)) / total);
      if (member.inFlight + 1 <= most) return index;
    }
    return nearest ?? draw(lane, skip, random);
  };
}
