// The same with Miko. The constants stay until Miko knows the services: what it knows, wins, and the report says which are still used.
import { setTimeout } from 'node:timers/promises';
import { connect } from '@miko/client';

await using miko = connect(process.env['MIKO_URL'], {
  fixed: { cart: ['http://127.0.0.1:8081'], prices: ['http://127.0.0.1:8082', 'http://127.0.0.1:8083'] },
});

async function get<T>(url: string): Promise<T> {
  const response = await miko.fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** When one does not answer, another one is asked. */
function price(item: string): Promise<{ cents: number }> {
  return get(`http://prices/price/${item}`);
}

for (let round = 0; round < 3; round++) {
  const items = await get<string[]>('http://cart/items');
  const prices = await Promise.all(items.map(price));
  console.log(`${items.length} items, ${prices.reduce((sum, { cents }) => sum + cents, 0)} cents`);
  await setTimeout(300);
}

for (const { service, callsByMiko, callsByFixed } of miko.fixedReport()) {
  console.log(`${service}: ${callsByMiko} by Miko, ${callsByFixed} by constants`);
}
