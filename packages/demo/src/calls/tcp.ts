import type { Client, Endpoint } from '@miko/client';
import { connect } from 'node:net';
import { readLines } from '../lines.ts';
import { askOneOf, EndpointGone } from './elsewhere.ts';

/** One line to the cache and one back, over a connection of its own. Answers who answered. */
export function callTcp(client: Client, service: string, timeoutMs: number): Promise<string> {
  return askOneOf(client, service, ({ endpoint }) => askLine(endpoint, 'get thing-1', timeoutMs));
}

function askLine({ instance, host, port }: Endpoint, line: string, timeoutMs: number): Promise<string> {
  if (host === null || port === null) throw new EndpointGone(`${instance} has no address`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) });
    const gone = (why: string): void => reject(new EndpointGone(`${instance}: ${why}`));
    socket.once('error', error => (error.name === 'AbortError' ? reject(new Error(`${instance} took longer than ${timeoutMs} ms`)) : gone(error.message)));
    socket.once('close', () => gone('the connection was closed before the answer'));
    readLines(socket, answer => {
      resolve((JSON.parse(answer) as { instance: string }).instance);
      socket.destroy();
    });
    socket.write(`${line}\n`);
  });
}
