/** Watchers of etcd on bare HTTP/2 frames, one gRPC stream each: the cheapest client there can be, so that the server is measured. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { grpcMessage, watchAnswer, watchCreateRequest } from '../sides/etcd-messages.ts';
import { answerTo, clientPreface, dataFrame, frameReader, frameType, grpcMessageReader, openStream } from './http2-frames.ts';
import type { WatchOrder } from './messages.ts';

const atOnce = 50;

/** Resolves when etcd has confirmed every watch. */
export async function openFrameWatchers(order: WatchOrder, seen: (revision: number) => void): Promise<void> {
  const streamsEach = order.watchers / order.connections;
  for (let opened = 0; opened < order.connections; opened += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, order.connections - opened) }, () => openConnection(order, streamsEach, seen)));
  }
}

function openConnection(order: WatchOrder, streams: number, seen: (revision: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(order.port, '127.0.0.1');
    const frames = frameReader();
    const messages = new Map<number, (payload: Buffer) => Buffer[]>();
    let confirmed = 0;
    const take = (message: Buffer): void => {
      const answer = watchAnswer(message);
      if (answer.created && ++confirmed === streams) resolve();
      if (answer.events > 0) seen(answer.revision);
    };
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('close', () => {
      throw new Error('etcd closed a connection');
    });
    socket.once('connect', () => {
      socket.write(clientPreface());
      for (let stream = 1; stream < 2 * streams; stream += 2) {
        messages.set(stream, grpcMessageReader());
        watch(socket, stream, order);
      }
    });
    socket.on('data', (bytes) => {
      for (const frame of frames(bytes)) {
        const reply = answerTo(frame);
        if (reply !== null) socket.write(reply);
        if (frame.type === frameType.reset || frame.type === frameType.goAway) throw new Error('etcd ended a stream');
        if (frame.type === frameType.data) messages.get(frame.stream)?.(frame.payload).forEach(take);
      }
    });
  });
}

function watch(socket: Socket, stream: number, order: WatchOrder): void {
  socket.write(
    openStream(stream, [
      [':method', 'POST'], [':scheme', 'http'], [':path', '/etcdserverpb.Watch/Watch'], [':authority', `127.0.0.1:${order.port}`],
      ['content-type', 'application/grpc'], ['te', 'trailers'],
    ]),
  );
  socket.write(dataFrame(stream, grpcMessage(watchCreateRequest(order.target))));
}
