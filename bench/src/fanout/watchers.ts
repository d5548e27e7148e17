/**
 * A process that holds watchers and says when the last of them has a revision. Started by the bench with a channel; its
 * order (`WatchOrder`) is its argument, the token of the server comes by the environment.
 */
import { openGrpcWatchers } from './grpc-watchers.ts';
import { openFrameWatchers } from './frame-watchers.ts';
import { tally } from './messages.ts';
import type { WatchOrder, WatchReport } from './messages.ts';
import { openSseWatchers } from './sse-watchers.ts';

const open = { sse: openSseWatchers, grpc: openGrpcWatchers, frames: openFrameWatchers };

const order: WatchOrder = JSON.parse(process.argv[2] ?? '');
const report = (message: WatchReport): void => {
  process.send?.(message);
};
const fail = (error: unknown): void => report({ type: 'failed', why: error instanceof Error ? error.message : String(error) });

process.on('uncaughtException', fail);
process.on('disconnect', () => process.exit(0));
try {
  await open[order.kind](order, tally(order.watchers, report));
  report({ type: 'open' });
} catch (error) {
  fail(error);
}
