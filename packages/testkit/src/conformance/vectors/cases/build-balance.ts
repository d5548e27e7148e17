import { balance } from '../reference/balance.ts';
import type { BalanceInput, BalanceStep, Listed } from '../reference/balance-input.ts';
import { numbers, type Case } from './case.ts';

/** What cases of balancing are made of. */

type Given = Partial<Omit<BalanceInput, 'list' | 'steps'>> & { readonly list: readonly Listed[]; readonly steps: readonly BalanceStep[] };

export const host = (instance: string, weight = 100, zone: string | null = null, health?: string): Listed => ({ instance, weight, zone, ...(health === undefined ? {} : { health }) });
export const hosts = (count: number): Listed[] => Array.from({ length: count }, (_, i) => host(`h${i}`));
export const pick = (now = 0, more: { hash_key?: string; exclude?: readonly string[] } = {}): BalanceStep => ({ op: 'pick', now, hash_key: more.hash_key ?? null, exclude: more.exclude ?? [] });
export const picks = (count: number, now = 0): BalanceStep[] => Array.from({ length: count }, () => pick(now));
export const done = (pick: number, rtt: number, now: number, kind = 'ok', retry_after_ms: number | null = null): BalanceStep => ({ op: 'report', pick, kind, rtt, retry_after_ms, now });
export const list = (listed: readonly Listed[], now: number): BalanceStep => ({ op: 'list', list: listed, now });

/** The policy without what takes endpoints out by itself: that has vectors of its own. */
export function say(says: string, kind: string, { policy = {}, list, own_zone = null, owner = 'owner', random = [], steps }: Given, by_hand?: readonly (string | null)[]): Case {
  const input = { policy: { balance: kind, outlier: null, breaker: null, ...policy }, list, own_zone, owner, random, steps };
  return { says, input, ...(by_hand === undefined ? {} : { by_hand: { picks: by_hand } }) };
}

/** A run of picks and answers in a fixed disorder; as many numbers are given as are drawn. */
export function run(says: string, kind: string, listed: readonly Listed[], count: number, seed: number, more: Partial<Given> = {}): Case {
  const chances = numbers(count * 3, seed);
  const open: number[] = [];
  let now = 0;
  let made = 0;
  const steps: BalanceStep[] = Array.from({ length: count }, (_, i) => {
    now += Math.floor(chances[i * 3]! * 200);
    if (open.length > 0 && chances[i * 3 + 1]! < 0.45) {
      const [which] = open.splice(Math.floor(chances[i * 3 + 2]! * open.length), 1);
      const kinds = ['ok', 'ok', 'ok', 'limited', 'failed', 'cancelled'];
      return done(which!, Math.floor(chances[i * 3 + 2]! * 300), now, kinds[i % kinds.length]);
    }
    open.push(made++);
    return pick(now, kind === 'consistent_hash' ? { hash_key: `user-${Math.floor(chances[i * 3 + 2]! * 12)}` } : {});
  });
  const pool = numbers(count * 3, seed + 1);
  for (let drawnCount = 0; drawnCount <= pool.length; drawnCount++) {
    const tried = say(says, kind, { ...more, list: listed, steps, random: pool.slice(0, drawnCount) });
    if (isEnough(tried)) return tried;
  }
  throw new Error(`${says}: more is drawn than there is`);
}

function isEnough({ input }: Case): boolean {
  try {
    balance(input as BalanceInput);
    return true;
  } catch {
    return false;
  }
}
