import type { Client, Picked } from '@miko/client';

const inFlight = 64;
const warmUp = 20_000;

/** Nanoseconds for a pick and giving it back, with a measured time, while 64 others are in flight. */
export async function nsPerPick(client: Client, service: string, count: number): Promise<number> {
  const held: Picked[] = [];
  for (let i = 0; i < inFlight; i++) held.push(await client.pick(service));
  await pickAndRelease(warmUp);
  const begun = performance.now();
  await pickAndRelease(count);
  const ns = ((performance.now() - begun) * 1e6) / count;
  for (const picked of held) picked.release();
  return ns;

  async function pickAndRelease(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      held[i % inFlight]?.release({ kind: 'ok', rttMs: 1 + (i % 7) });
      held[i % inFlight] = await client.pick(service);
    }
  }
}
