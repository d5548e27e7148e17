// Code as it is in many places: addresses are constants, and somebody has to know them.
import { setTimeout } from 'node:timers/promises';

const CART = 'http://127.0.0.1:8081';
const PRICES = ['http://127.0.0.1:8082', 'http://127.0.0.1:8083'];

let turn = 0;

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}

/** When one of the two does not answer, half of the calls fail. */
function price(item: string): Promise<{ cents: number }> {
  return get(`${PRICES[turn++ % PRICES.length]}/price/${item}`);
}

for (let round = 0; round < 3; round++) {
  const items = await get<string[]>(`${CART}/items`);
  const prices = await Promise.all(items.map(price));
  console.log(`${items.length} items, ${prices.reduce((sum, { cents }) => sum + cents, 0)} cents`);
  await setTimeout(300);
}
