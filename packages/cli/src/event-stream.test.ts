import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvents, type StreamEvent } from './event-stream.ts';

async function read(chunks: readonly (string | Uint8Array)[], most?: number): Promise<readonly StreamEvent[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  const events: StreamEvent[] = [];
  for await (const event of readEvents(bytes(), most)) events.push(event);
  return events;
}

describe('events of a stream', () => {
  test.each([
    ['its type, data and id', 'id: 7\nevent: delta\ndata: {"a":1}\n\n', [{ event: 'delta', data: '{"a":1}', id: '7' }]],
    ['the id stays for events without one', 'id: 7\ndata: a\n\ndata: b\n\n', [{ event: 'message', data: 'a', id: '7' }, { event: 'message', data: 'b', id: '7' }]],
    ['several data lines are joined', 'data: a\ndata: b\n\n', [{ event: 'message', data: 'a\nb', id: '' }]],
    ['one space after the colon is dropped', 'data:  a\n\ndata:b\n\n', [{ event: 'message', data: ' a', id: '' }, { event: 'message', data: 'b', id: '' }]],
    ['comments and unknown fields are passed over', ': hello\nretry: 5\nother: x\ndata: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
    ['an event without data is none', 'event: delta\n\n', []],
    ['what the end cuts off is dropped', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a', id: '' }]],
  ])('%s', async (_, text, expected) => expect(await read([text])).toEqual(expected));

  test('wherever the bytes are cut, and whatever ends the lines, they are the same', async () => {
    const lines = ['id: 1', 'event: snapshot', 'data: {"grüße": "\u{1f600}"}', '', ': ping', 'data: x', 'data: y', '', ''];
    const expected = await read([lines.join('\n')]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat({ max: 200 }), { maxLength: 20 }), async (end, cuts) => {
        const bytes = new TextEncoder().encode(lines.join(end));
        const places = [0, ...cuts.map(cut => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        expect(await read(places.slice(1).map((place, n) => bytes.slice(places[n], place)))).toEqual(expected);
      }),
    );
    expect(expected).toHaveLength(2);
  });

  test('one that is too large ends the stream, also without a line end', async () => {
    await expect(read(['data: 123456\ndata: 123456\n\n'], 20)).rejects.toThrow('larger than 20 characters');
    await expect(read(['data: 1234', '56789012345'], 20)).rejects.toThrow('larger than 20 characters');
    expect(await read(['data: 12345\n\ndata: 12345\n\n'], 20)).toHaveLength(2);
  });
});
