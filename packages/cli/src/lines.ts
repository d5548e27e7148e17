import { Failure } from './failure.ts';

/** No line may be longer, in characters. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Lines as they arrive, without their line feeds; what stands after the last one is a line too. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, mostCharacters: number = MOST_CHARACTERS): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    const [first = '', ...more] = decode(decoder, chunk).split('\n');
    rest += first;
    for (const next of more) {
      yield rest;
      rest = next;
    }
    if (rest.length > mostCharacters) throw new Failure('error', 'too_large', `A line is longer than ${mostCharacters} characters`);
  }
  rest += decode(decoder, null);
  if (rest !== '') yield rest;
}

function decode(decoder: { decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string }, chunk: Uint8Array | null): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new Failure('error', 'not_text', 'The lines are not UTF-8', { cause });
  }
}
