/** Watchers of etcd through grpc-js, as a program in Node would have them. The library costs more than the server. */
import { Client, credentials } from '@grpc/grpc-js';
import { watchAnswer, watchCreateRequest } from '../sides/etcd-messages.ts';
import type { WatchOrder } from './messages.ts';

/** Resolves when etcd has confirmed every watch. */
export async function openGrpcWatchers(order: WatchOrder, seen: (revision: number) => void): Promise<void> {
  const options = { 'grpc.use_local_subchannel_pool': 1 };
  const clients = Array.from({ length: order.connections }, () => new Client(`127.0.0.1:${order.port}`, credentials.createInsecure(), options));
  const same = (bytes: Buffer): Buffer => bytes;
  const opening: Promise<void>[] = [];
  for (let watcher = 0; watcher < order.watchers; watcher++) {
    const stream = clients[watcher % clients.length]?.makeBidiStreamRequest('/etcdserverpb.Watch/Watch', same, same);
    if (stream === undefined) throw new Error('no connection');
    opening.push(
      new Promise((resolve, reject) => {
        stream.once('error', reject);
        stream.on('data', (message: Buffer) => {
          const answer = watchAnswer(message);
          if (answer.created) resolve();
          if (answer.events > 0) seen(answer.revision);
        });
      }),
    );
    stream.write(watchCreateRequest(order.target));
  }
  await Promise.all(opening);
}
