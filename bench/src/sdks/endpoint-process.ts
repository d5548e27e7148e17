/**
 * An endpoint as a user runs it: a process that serves and registers itself with the SDK's defaults, without a check, so
 * that Miko learns of its death from its session alone. `node endpoint-process.ts URL SERVICE INSTANCE`, the token in
 * MIKO_TOKEN; writes a line when it is registered.
 */
import { createServer } from 'node:http';
import { connect } from '@miko/client';
import { answerBody } from './answer.ts';

const [url, service = '', instance = ''] = process.argv.slice(2);

const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(answerBody));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('the system gave no port');

const client = connect(url, { cacheDir: null, drainSeconds: 0 });
await client.register({ service, instance, host: '127.0.0.1', port: address.port }).ready;
process.stdout.write('registered\n');
process.once('SIGTERM', () => void client.close().finally(() => process.exit(0)));
