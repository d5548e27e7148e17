import { connect } from '@miko/client';
import { GrpcCalls } from '../calls/grpc.ts';
import { callHttp } from '../calls/http.ts';
import { runSchedule, spread } from '../calls/schedule.ts';
import { statusLine, type StatusLine } from '../calls/status-line.ts';
import { Tally } from '../calls/tally.ts';
import { callTcp } from '../calls/tcp.ts';
import { CLIENT, planOf, services } from '../plan.ts';
import { tellParent, underSupervisor } from './parent.ts';

/** The client: calls all services by name at a fixed rate, knows no address of its own, and says each second how that went. */
const CALL_LIMIT_MS = 2_000;
const MOST_UNDERWAY = 300;
/** Of one second; the sums count all. */
const MOST_REASONS = 3;

const client = connect(undefined, { owner: CLIENT, name: CLIENT, cacheDir: process.env['MIKO_CACHE_DIR'] ?? null });
client.on('error', ({ during, error }) => console.error(`${new Date().toISOString()} ${CLIENT}: ${during}: ${error.message}`));
const quotes = new GrpcCalls(client, 'quotes');
const tally = new Tally(services.map(({ service }) => service));
const next = spread(new Map(services.map(({ service, callsPerSecond }) => [service, callsPerSecond])));
let reasons: string[] = [];
let wasThere = false;

// Each once beforehand: the first lists are waited for, and what a first connection costs is in nobody's p99.
await Promise.allSettled(services.map(({ service }) => callOnce(service)));
const stopCalling = runSchedule({
  perSecond: services.reduce((sum, { callsPerSecond }) => sum + callsPerSecond, 0),
  mostUnderway: MOST_UNDERWAY,
  call: dueAt => callNext(next(), dueAt),
  onSkipped: calls => tally.skip(calls),
});
let lineAt = performance.now();
const lines = setInterval(say, 1_000);

// A terminal that went away is no reason to stop: the supervisor decides that.
process.stdout.on('error', () => {});
underSupervisor(async () => {
  clearInterval(lines);
  await stopCalling();
  quotes.close();
  await client.close();
});

async function callNext(service: string, dueAt: number): Promise<void> {
  try {
    const instance = await callOnce(service);
    tally.answered(service, instance, performance.now() - dueAt);
  } catch (error) {
    tally.failed();
    if (reasons.length < MOST_REASONS) reasons.push(`${service}: ${(error as Error).message}`);
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
  const line = statusLine({ at: new Date(), second: tally.take(), tookMs: now - lineAt, totalErrors: tally.errors, away: away() });
  lineAt = now;
  const why = reasons.map(reason => `          failed: ${reason.slice(0, 300)}\n`).join('');
  reasons = [];
  process.stdout.write(`${line}\n${why}`);
  const { calls, errors, skipped } = tally;
  tellParent({ type: 'totals', totals: { calls, errors, skipped, connected: client.status().connected } });
}

function away(): StatusLine['away'] {
  const { connected, staleSince } = client.status();
  wasThere ||= connected;
  if (connected) return null;
  if (staleSince === null) return 'not yet';
  return wasThere ? Date.now() - staleSince.getTime() : 'not yet, lists from the disk';
}
