/**
 * The part of HTTP/2 (RFC 9113) that a watching client needs: open streams with a header block, and read DATA frames.
 * It exists so that the client costs next to nothing and the etcd server is what gets measured.
 */

export const frameType = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;

export type Frame = { readonly type: number; readonly flags: number; readonly stream: number; readonly payload: Buffer };

const acknowledged = 1;
const largestWindow = 2 ** 31 - 1;
const firstWindow = 65_535;

/** What a client says first: its preface, and windows so large that it never has to widen them in a run. */
export function clientPreface(): Buffer {
  const initialWindow = Buffer.alloc(6);
  initialWindow.writeUInt16BE(4, 0);
  initialWindow.writeUInt32BE(largestWindow, 2);
  const wider = Buffer.alloc(4);
  wider.writeUInt32BE(largestWindow - firstWindow, 0);
  return Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), encodeFrame(frameType.settings, 0, 0, initialWindow), encodeFrame(frameType.windowUpdate, 0, 0, wider)]);
}

/** Opens a stream with these headers; the request body stays open. Fields are literals without indexing (RFC 7541, 6.2.2). */
export function openStream(stream: number, headers: readonly (readonly [string, string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of headers) parts.push(Buffer.from([0]), text(name), text(value));
  const endHeaders = 4;
  return encodeFrame(frameType.headers, endHeaders, stream, Buffer.concat(parts));
}

export function dataFrame(stream: number, payload: Buffer): Buffer {
  return encodeFrame(frameType.data, 0, stream, payload);
}

/** What must be answered to a frame of the connection itself; null when nothing. */
export function answerTo(frame: Frame): Buffer | null {
  if ((frame.flags & acknowledged) !== 0) return null;
  if (frame.type === frameType.settings) return encodeFrame(frameType.settings, acknowledged, 0, Buffer.alloc(0));
  if (frame.type === frameType.ping) return encodeFrame(frameType.ping, acknowledged, 0, frame.payload);
  return null;
}

/** Takes the bytes of a connection as they come and gives the frames that are complete. */
export function frameReader(): (bytes: Buffer) => Frame[] {
  let pending = Buffer.alloc(0);
  return (bytes) => {
    const all = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const frames: Frame[] = [];
    let position = 0;
    while (position + 9 <= all.length) {
      const length = all.readUIntBE(position, 3);
      if (position + 9 + length > all.length) break;
      frames.push({
        type: all.readUInt8(position + 3),
        flags: all.readUInt8(position + 4),
        stream: all.readUInt32BE(position + 5) & largestWindow,
        payload: all.subarray(position + 9, position + 9 + length),
      });
      position += 9 + length;
    }
    pending = Buffer.from(all.subarray(position));
    return frames;
  };
}

/** Takes the DATA payloads of one stream and gives the gRPC messages that are complete. */
export function grpcMessageReader(): (payload: Buffer) => Buffer[] {
  let pending = Buffer.alloc(0);
  return (payload) => {
    const all = pending.length === 0 ? payload : Buffer.concat([pending, payload]);
    const messages: Buffer[] = [];
    let position = 0;
    while (position + 5 <= all.length) {
      const end = position + 5 + all.readUInt32BE(position + 1);
      if (end > all.length) break;
      messages.push(all.subarray(position + 5, end));
      position = end;
    }
    pending = Buffer.from(all.subarray(position));
    return messages;
  };
}

export function encodeFrame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A string that is not Huffman coded; shorter than 127 bytes, so its length is one byte. */
function text(value: string): Buffer {
  if (value.length > 126) throw new RangeError('header text of more than 126 bytes');
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}
