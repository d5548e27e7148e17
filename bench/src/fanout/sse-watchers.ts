/** Watchers of Miko: each its own TCP connection, reading server-sent events and nothing more. */
import { connect } from 'node:net';
import type { WatchOrder } from './messages.ts';
import { deltaRevision, sseReader } from './sse-frames.ts';

const atOnce = 50;
/** All sockets are read into it, one after the other: nothing is allocated for a delivery but its text. */
const received = Buffer.alloc(256 * 1024);

/** Resolves when every watcher has its snapshot. */
export async function openSseWatchers(order: WatchOrder, seen: (revision: number) => void): Promise<void> {
  for (let opened = 0; opened < order.watchers; opened += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, order.watchers - opened) }, () => openOne(order, seen)));
  }
}

function openOne(order: WatchOrder, seen: (revision: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = sseReader();
    const socket = connect({
      port: order.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: received,
        callback: (length) => {
          take(received.toString('latin1', 0, length));
          return true;
        },
      },
    });
    const take = (text: string): void => {
      for (const frame of reader.feed(text)) {
        if (frame.event === 'snapshot') resolve();
        const revision = deltaRevision(frame);
        if (revision !== null) seen(revision);
      }
    };
    socket.once('connect', () => {
      socket.write(`GET ${order.target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${process.env['BENCH_TOKEN']}\r\nAccept: text/event-stream\r\n\r\n`);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      throw new Error('the server closed a stream');
    });
  });
}
