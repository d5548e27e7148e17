/**
 * The plainest server Node can be: `node:http` that gives one prepared answer, and 304 to whoever has it already.
 * Run as a process: `node raw-server.ts ANSWER.json`; writes its port to stdout when it listens.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RawAnswer } from './raw.ts';

const answer: RawAnswer = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === answer.etag) {
    response.writeHead(304, answer.notModifiedHeaders).end();
  } else {
    response.writeHead(200, answer.headers).end(answer.body, 'latin1');
  }
});
server.keepAliveTimeout = answer.keepAliveSeconds * 1000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
