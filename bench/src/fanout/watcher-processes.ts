/** The watchers of one sample, in one or more processes of their own, seen from the bench. */
import { fileURLToPath } from 'node:url';
import { startChild, stopChild } from '../harness/children.ts';
import type { Child } from '../harness/children.ts';
import { within } from '../harness/wait.ts';
import { isReport } from './messages.ts';
import type { WatchOrder, WatchReport } from './messages.ts';

export type Watchers = {
  readonly pids: readonly number[];
  /** When the first and the last of all watchers had the revision. Throws when that takes longer than 10 s. */
  readonly seen: (revision: number) => Promise<{ firstMs: number; lastMs: number }>;
  readonly stop: () => Promise<void>;
};

const program = fileURLToPath(new URL('watchers.ts', import.meta.url));
const limitMs = 10_000;
const openLimitMs = 60_000;

/** Resolves when all watchers are open. `processes` must divide the watchers and the connections. */
export async function openWatchers(order: WatchOrder, processes: number, token: string): Promise<Watchers> {
  const share: WatchOrder = { ...order, watchers: order.watchers / processes, connections: order.connections / processes };
  const children = await Promise.all(Array.from({ length: processes }, () => openProcess(share, token)));
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(({ child }) => stopChild(child)));
  };
  try {
    await within(`${order.watchers} watchers open`, openLimitMs, Promise.all(children.map(({ open }) => open)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids: children.map(({ child }) => child.pid),
    seen: async (revision) => {
      const reports = await within(`revision ${revision} at every watcher`, limitMs, Promise.all(children.map(({ seen }) => seen(revision))));
      return { firstMs: Math.min(...reports.map(({ firstMs }) => firstMs)), lastMs: Math.max(...reports.map(({ lastMs }) => lastMs)) };
    },
    stop,
  };
}

type Seen = Extract<WatchReport, { type: 'seen' }>;

type WatcherProcess = { readonly child: Child; readonly open: Promise<void>; readonly seen: (revision: number) => Promise<Seen> };

async function openProcess(order: WatchOrder, token: string): Promise<WatcherProcess> {
  const child = await startChild(process.execPath, ['--conditions=source', program, JSON.stringify(order)], { channel: true, env: { BENCH_TOKEN: token } });
  const early = new Map<number, Seen>();
  const waiting = new Map<number, (seen: Seen) => void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  void child.ended.then(() => failed.reject(new Error('a watcher process ended')));
  const open = new Promise<void>((resolve) => {
    child.process.on('message', (message) => {
      if (!isReport(message)) return;
      if (message.type === 'open') resolve();
      else if (message.type === 'failed') failed.reject(new Error(`watchers: ${message.why}`));
      else {
        early.set(message.revision, message);
        waiting.get(message.revision)?.(message);
      }
    });
  });
  const seen = async (revision: number): Promise<Seen> => {
    const arrived = new Promise<Seen>((resolve) => {
      const report = early.get(revision);
      if (report === undefined) waiting.set(revision, resolve);
      else resolve(report);
    });
    const report = await Promise.race([arrived, failed.promise]);
    early.delete(revision);
    waiting.delete(revision);
    return report;
  };
  return { child, open: Promise.race([open, failed.promise]), seen };
}
