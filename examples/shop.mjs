// The servers that the examples call, at addresses that somebody once wrote down: one cart, two that know prices.
import { createServer } from 'node:http';

const cart = ['apple', 'pear', 'apple'];
const cents = { apple: 50, pear: 70 };

serve('cart', 8081, () => cart);
serve('prices-1', 8082, path => ({ cents: cents[path.slice('/price/'.length)] ?? null }));
serve('prices-2', 8083, path => ({ cents: cents[path.slice('/price/'.length)] ?? null }));

function serve(name, port, answer) {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json').setHeader('x-instance', name).end(JSON.stringify(answer(request.url)));
  });
  server.listen(port, '127.0.0.1', () => console.log(`${name} at http://127.0.0.1:${port}`));
}
