import { createServer } from 'node:http';
import { connect } from '@miko/client';

const server = createServer((_, answer) => answer.end('hello')).listen(8080);
await using miko = connect(); // MIKO_URL and MIKO_TOKEN
await miko.register({ service: 'hello', instance: 'hello-1', port: 8080 }).ready;
const answer = await miko.fetch('http://hello/');
console.log(answer.status, await answer.text());
console.log(await miko.endpoints('hello'));
server.close();
