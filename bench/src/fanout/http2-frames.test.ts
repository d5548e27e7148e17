import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, encodeFrame, frameReader, frameType, grpcMessageReader, openStream } from './http2-frames.ts';
import { grpcMessage } from '../sides/etcd-messages.ts';

function inPieces<T>(bytes: Buffer, cuts: number[], take: (piece: Buffer) => T[]): T[] {
  const borders = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).flatMap((border, index) => take(bytes.subarray(borders[index], border)));
}

describe('frameReader', () => {
  it('gives the same frames however the bytes are cut', () => {
    const bytes = Buffer.concat([encodeFrame(frameType.settings, 0, 0, Buffer.alloc(6)), encodeFrame(frameType.data, 0, 5, Buffer.from('hello')), encodeFrame(frameType.data, 1, 7, Buffer.alloc(0))]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 10 }), (cuts) => {
        expect(inPieces(bytes, cuts, frameReader())).toEqual([
          { type: 4, flags: 0, stream: 0, payload: Buffer.alloc(6) },
          { type: 0, flags: 0, stream: 5, payload: Buffer.from('hello') },
          { type: 0, flags: 1, stream: 7, payload: Buffer.alloc(0) },
        ]);
      }),
    );
  });
});

describe('grpcMessageReader', () => {
  it('gives the same messages however the payload is cut', () => {
    const bytes = Buffer.concat([grpcMessage(Buffer.from('one')), grpcMessage(Buffer.alloc(0)), grpcMessage(Buffer.from('three'))]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 10 }), (cuts) => {
        expect(inPieces(bytes, cuts, grpcMessageReader())).toEqual([Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')]);
      }),
    );
  });
});

describe('answerTo', () => {
  it('acknowledges settings and pings, and no acknowledgement', () => {
    const frame = { type: frameType.ping, flags: 0, stream: 0, payload: Buffer.from('12345678') };
    expect(answerTo(frame)).toEqual(encodeFrame(frameType.ping, 1, 0, frame.payload));
    expect(answerTo({ ...frame, flags: 1 })).toBeNull();
    expect(answerTo({ ...frame, type: frameType.settings })).toEqual(encodeFrame(frameType.settings, 1, 0, Buffer.alloc(0)));
  });
});

describe('openStream', () => {
  it('writes fields as literals with their lengths', () => {
    expect(openStream(3, [['te', 'trailers']])).toEqual(encodeFrame(frameType.headers, 4, 3, Buffer.from('\0\x02te\x08trailers', 'latin1')));
  });
  it('refuses texts whose length needs more than a byte', () => expect(() => openStream(1, [['a', 'x'.repeat(127)]])).toThrow(RangeError));
});
