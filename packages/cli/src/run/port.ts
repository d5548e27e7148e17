import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether something accepts TCP connections on `port` of one of `hosts` now. */
export async function portAnswers(hosts: readonly string[], port: number): Promise<boolean> {
  const answers = await Promise.all([...new Set(hosts)].map(host => answersAt(host, port)));
  return answers.includes(true);
}

/** Asks until it answers (true), or `timeoutMs` have passed or `stop` was aborted (false). */
export async function untilPortAnswers(hosts: readonly string[], port: number, timeoutMs: number, stop: AbortSignal): Promise<boolean> {
  for (const end = performance.now() + timeoutMs; performance.now() < end && !stop.aborted; ) {
    if (await portAnswers(hosts, port)) return true;
    await delay(ASK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
  }
  return false;
}

const ASK_EVERY_MS = 50;
const CONNECT_MS = 1000;

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', settle(true));
    socket.once('timeout', settle(false));
    socket.once('error', settle(false));
  });
}

/** The address from which this machine reaches `url`; null when it does not. */
export function addressTowards(url: URL): Promise<string | null> {
  return new Promise(resolve => {
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    const socket = connect({ host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, timeout: CONNECT_MS });
    const settle = (): void => {
      resolve(socket.localAddress?.replace(/^::ffff:/, '') ?? null);
      socket.destroy();
    };
    socket.once('connect', settle);
    socket.once('timeout', settle);
    socket.once('error', settle);
  });
}
