import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Runtime } from '../runtime.ts';

/** Opens the connections of one pool, some of them before anybody asks. */
export type Connector = {
  readonly connect: buildConnector.connector;
  /** Opens `count` connections ahead, each for the next that is asked for; closed again when none is for a while. */
  readonly warm: (count: number) => void;
  readonly close: () => void;
  readonly isClosed: () => boolean;
};

export type ConnectorOptions = {
  readonly url: URL;
  readonly http2: boolean;
  /** How long a connection opened ahead waits for its first use. */
  readonly idleMs: number;
  readonly runtime: Pick<Runtime, 'after'>;
};

export function createConnector({ url, http2, idleMs, runtime }: ConnectorOptions): Connector {
  const open = buildConnector({ allowH2: http2, preferH2: http2 });
  const priorKnowledge = http2 && url.protocol === 'http:';
  /** Open and not used yet; the function it is kept with lets go of it. */
  const warm = new Map<Socket, () => void>();
  let closed = false;

  return { connect, warm: openAhead, close, isClosed: () => closed };

  function connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    for (const [socket, letGo] of warm) {
      letGo();
      // Not within the call: undici takes note of a connection that is being opened only after it.
      return queueMicrotask(() => callback(null, socket));
    }
    open(options, (...result) => {
      if (result[0] === null && priorKnowledge) speakHttp2(result[1]);
      callback(...result);
    });
  }

  function openAhead(count: number): void {
    const { host, protocol, port } = url;
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    for (let i = 0; i < count; i++) {
      open({ host, hostname, protocol, port }, (error, socket) => {
        // Whoever calls next will see for itself what is wrong there.
        if (error === null) keep(socket);
      });
    }
  }

  function keep(socket: Socket): void {
    if (priorKnowledge) speakHttp2(socket);
    if (closed) {
      socket.destroy();
      return;
    }
    const discard = (): void => {
      letGo();
      socket.destroy();
    };
    const cancel = runtime.after(idleMs, discard);
    const letGo = (): void => {
      cancel();
      socket.off('close', discard).off('readable', discard);
      warm.delete(socket);
    };
    warm.set(socket, letGo);
    socket.on('close', discard);
    // A word before anything was asked is the end of an HTTP/1 connection; HTTP/2 begins with one.
    if (!http2) socket.on('readable', discard);
  }

  function close(): void {
    closed = true;
    for (const [socket, letGo] of warm) {
      letGo();
      socket.destroy();
    }
  }
}

/** HTTP/2 with prior knowledge (RFC 9113, 3.3), in undici's words: as if ALPN had chosen it. */
function speakHttp2(socket: Socket): void {
  Object.assign(socket, { alpnProtocol: 'h2' });
}
