import { expect, test } from 'vitest';
import { readLines } from './lines.ts';

async function* bytes(...chunks: readonly (string | number[])[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk);
}

async function read(...chunks: readonly (string | number[])[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(bytes(...chunks), 10)) lines.push(line);
  return lines;
}

test.each<[string, readonly (string | number[])[], string[]]>([
  ['none', [], []],
  ['the last one without a line feed', ['a\nb'], ['a', 'b']],
  ['cut anywhere', ['a', 'b\n', '\nc', '\n'], ['ab', '', 'c']],
  ['a character cut in two', [[0xc3], [0xa4, 0x0a]], ['ä']],
])('%s', async (_, chunks, expected) => expect(await read(...chunks)).toEqual(expected));

test('what is no text, and what is too long, is refused', async () => {
  await expect(read([0xff, 0x0a])).rejects.toThrow('not UTF-8');
  await expect(read('a\nb', [0xc3])).rejects.toThrow('not UTF-8');
  await expect(read('12345678901')).rejects.toThrow('longer than 10 characters');
});
