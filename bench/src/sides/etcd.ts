/** An etcd of its own for one benchmark: a single node with its default durability, in a fresh data directory. */
import { Client, credentials } from '@grpc/grpc-js';
import { join } from 'node:path';
import { complaint, startChild, stopChild } from '../harness/children.ts';
import { missingPrograms } from '../harness/programs.ts';
import { freePort } from '../harness/ports.ts';
import { tell } from '../harness/rounds.ts';
import { scratch } from '../harness/scratch.ts';
import { waitFor } from '../harness/wait.ts';
import { leaseGrantRequest, leaseIn, pairsIn, putRequest, rangeRequest, revisionOf } from './etcd-messages.ts';

export type Etcd = {
  readonly pid: number;
  /** `127.0.0.1:2379` */
  readonly address: string;
  /** Answers the revision of the store after it. */
  readonly put: (key: string, value: string, lease?: bigint) => Promise<number>;
  /** How many keys begin with the prefix, counted in the answer; and the revision of the store. */
  readonly count: (prefix: string) => Promise<{ keys: number; revision: number }>;
  readonly grantLease: (ttlSeconds: number) => Promise<bigint>;
  readonly stop: () => Promise<void>;
};

let started = 0;

/** `before` goes in front of the command. Throws with a sentence for the row when etcd is missing or does not get ready. */
export async function startEtcd(before: readonly string[] = []): Promise<Etcd> {
  const missing = await missingPrograms('etcd');
  if (missing !== null) throw new Error(missing);
  const address = `127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const [command, ...first] = [...before, 'etcd'];
  const child = await startChild(command, [
    ...first, '--data-dir', join(scratch(), `etcd-${++started}`), '--logger', 'zap', '--log-level', 'error',
    '--listen-client-urls', `http://${address}`, '--advertise-client-urls', `http://${address}`,
    '--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`,
  ]);
  await waitFor('etcd ready', 20_000, async () => {
    if (child.hasEnded()) throw new Error(`etcd ended: ${complaint(child.output())}`);
    return healthy(address);
  });
  let stopping = false;
  child.process.once('close', (code, signal) => {
    if (!stopping) tell(`etcd ended by itself (${signal ?? code}): ${complaint(child.output())}`);
  });
  const client = new Client(address, credentials.createInsecure());
  const call = (method: string, request: Buffer): Promise<Buffer> => unary(client, method, request);
  return {
    pid: child.pid,
    address,
    put: async (key, value, lease) => revisionOf(await call('KV/Put', putRequest(key, value, lease))),
    count: async (prefix) => {
      const answer = await call('KV/Range', rangeRequest(prefix));
      return { keys: pairsIn(answer), revision: revisionOf(answer) };
    },
    grantLease: async (ttlSeconds) => leaseIn(await call('Lease/LeaseGrant', leaseGrantRequest(ttlSeconds))),
    stop: async () => {
      stopping = true;
      client.close();
      await stopChild(child);
    },
  };
}

function unary(client: Client, method: string, request: Buffer): Promise<Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(`/etcdserverpb.${method}`, same, same, request, { deadline: Date.now() + 10_000 }, (error, answer) => {
      if (error !== null) reject(new Error(`etcd ${method}: ${error.message}`));
      else resolve(answer ?? Buffer.alloc(0));
    });
  });
}

async function healthy(address: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(1_000) });
    return (await answer.text()).includes('"true"');
  } catch {
    return false;
  }
}
