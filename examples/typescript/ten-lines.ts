import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@miko/client';

const server = createServer((_, answer) => answer.end('hello')).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const miko = connect(); // MIKO_URL and MIKO_TOKEN
await miko.register({ service: 'hello', instance: 'hello-1', port }).ready;
const answer = await miko.fetch('http://hello/');
console.log(answer.status, await answer.text());
console.log(await miko.endpoints('hello'));
await miko.close(); // out of the list first: callers let go while it still serves
server.close();
