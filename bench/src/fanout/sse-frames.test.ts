import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaRevision, sseReader } from './sse-frames.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const delta = 'id: x\nevent: delta\ndata: {"revision":812,"services":{}}\n\n';
const bookmark = 'event: bookmark\ndata: {"revision":840}\n\n';

describe('sseReader', () => {
  it('reads the same frames however the bytes are cut', () => {
    const bytes = head + chunk('retry: 1000\n\n') + chunk(delta.slice(0, 20)) + chunk(delta.slice(20) + bookmark);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const reader = sseReader();
        const frames = borders.slice(1).flatMap((border, index) => reader.feed(bytes.slice(borders[index], border)));
        expect(frames).toEqual([
          { event: 'message', data: '' },
          { event: 'delta', data: '{"revision":812,"services":{}}' },
          { event: 'bookmark', data: '{"revision":840}' },
        ]);
      }),
    );
  });
  it('reads a stream without chunks', () => {
    expect(sseReader().feed(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${bookmark}`)).toEqual([{ event: 'bookmark', data: '{"revision":840}' }]);
  });
  it('refuses an answer that is not 200', () => expect(() => sseReader().feed('HTTP/1.1 401 Unauthorized\r\nx: y\r\n\r\n')).toThrow('401'));
  it('refuses the end of the stream', () => expect(() => sseReader().feed(`${head}0\r\n\r\n`)).toThrow('ended'));
});

describe('deltaRevision', () => {
  it('is the revision of a delta', () => expect(deltaRevision({ event: 'delta', data: '{"revision":812,"services":{}}' })).toBe(812));
  it('is null for other frames', () => expect(deltaRevision({ event: 'bookmark', data: '{"revision":840}' })).toBeNull());
});
