/** The process with the called endpoints, for the benchmark that started it. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startChild, stopChild } from '../harness/children.ts';
import { pinToServerCore } from '../harness/pinning.ts';
import { waitFor, within } from '../harness/wait.ts';

export type Upstreams = {
  readonly pid: number;
  readonly ports: readonly number[];
  /** How many requests it answered so far. */
  readonly answered: () => Promise<number>;
  readonly kill: () => void;
  readonly stop: () => Promise<void>;
};

export async function startUpstreams(instances: number): Promise<Upstreams> {
  const child = await startChild(process.execPath, ['--conditions=source', fileURLToPath(new URL('upstream-server.ts', import.meta.url)), String(instances)], { channel: true });
  await waitFor('the endpoints listen', 10_000, () => child.hasEnded() || child.output().includes('\n'));
  const ports = child.output().trim().split(' ').map(Number);
  if (ports.length !== instances || !ports.every((port) => port > 0)) throw new Error(`the endpoints did not start: ${child.output().slice(-300)}`);
  await pinToServerCore(child.pid);
  return {
    pid: child.pid,
    ports,
    answered: async () => {
      const told = once(child.process, 'message');
      child.process.send('answered?');
      const [count] = await within('the count of the endpoints', 5_000, told);
      return Number(count);
    },
    kill: () => void child.process.kill('SIGKILL'),
    stop: () => stopChild(child),
  };
}
