import { connect } from '@miko/client';
import { GrpcCalls } from '../calls/grpc.ts';
import { callHttp } from '../calls/http.ts';
import { runSchedule, spread } from '../calls/schedule.ts';
import { callTcp } from '../calls/tcp.ts';
import { CALL_LIMIT_MS, CLIENT, MOST_UNDERWAY, planOf, READY_LIMIT_MS, services } from '../plan.ts';
import { Account } from './account.ts';
import { underSupervisor } from './parent.ts';

/** The client: calls all services by name at a fixed rate, knows no address of its own, and says each second how that went. */
const client = connect(undefined, {
  owner: CLIENT, name: CLIENT, cacheDir: process.env['MIKO_CACHE_DIR'] ?? null, required: services.map(({ service }) => service),
});
client.on('error', ({ during, error }) => console.error(`${new Date().toISOString()} ${CLIENT}: ${during}: ${error.message}`));
const quotes = new GrpcCalls(client, 'quotes');
const account = new Account();
const next = spread(new Map(services.map(({ service, callsPerSecond }) => [service, callsPerSecond])));

await client.ready(READY_LIMIT_MS).catch(() => {});
// Each once beforehand: what a first connection costs is in nobody's p99.
await Promise.allSettled(services.map(({ service }) => callOnce(service)));
const stopCalling = runSchedule({
  perSecond: services.reduce((sum, { callsPerSecond }) => sum + callsPerSecond, 0),
  mostUnderway: MOST_UNDERWAY,
  call: dueAt => callNext(next(), dueAt),
  onSkipped: calls => account.tally.skip(calls),
});
let lineAt = performance.now();
const lines = setInterval(say, 1_000);

underSupervisor(async () => {
  clearInterval(lines);
  await stopCalling();
  quotes.close();
  await client.close();
});

async function callNext(service: string, dueAt: number): Promise<void> {
  try {
    const instance = await callOnce(service);
    account.tally.answered(service, instance, performance.now() - dueAt);
  } catch (error) {
    account.tally.failed();
    account.explain(`${service}: ${(error as Error).message}`);
  }
}

function callOnce(service: string): Promise<string> {
  switch (planOf(service)?.speech) {
    case 'grpc': return quotes.call(CALL_LIMIT_MS);
    case 'tcp': return callTcp(client, service, CALL_LIMIT_MS);
    default: return callHttp(client, service, CALL_LIMIT_MS);
  }
}

function say(): void {
  const now = performance.now();
  const { connected, staleSince } = client.status();
  account.say({ connected, staleForMs: staleSince === null ? null : Date.now() - staleSince.getTime() }, now - lineAt);
  lineAt = now;
}
