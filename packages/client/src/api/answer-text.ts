import { MikoError } from '../problem.ts';
import type { Runtime } from '../runtime.ts';

/** The longest answer that is held as a whole: a list of all endpoints of a large fleet. */
const MAX_ANSWER_CHARS = 64 * 1024 * 1024;
const MAX_LINE_CHARS = 16 * 1024 * 1024;
/** Bookmarks come at least each 10 s: two and a half of them missed is a dead connection. */
const SILENCE_MS = 25_000;

/** The body as text. Throws `bad_answer` when it is too long to be held. */
export async function wholeText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_CHARS) throw new MikoError('bad_answer', `Miko's answer is longer than ${MAX_ANSWER_CHARS} characters`);
  }
  return text + decoder.decode();
}

/** The body in pieces, as they come. 25 s of silence ends it with `timeout`, through `ended`. */
export async function* patientText(response: Response, runtime: Runtime, ended: AbortController): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let cancel = waiting();
  try {
    for await (const chunk of response.body ?? []) {
      cancel();
      yield decoder.decode(chunk, { stream: true });
      cancel = waiting();
    }
    yield decoder.decode();
  } finally {
    cancel();
  }

  function waiting(): () => void {
    return runtime.after(SILENCE_MS, () => ended.abort(new MikoError('timeout', `the stream from Miko was silent for ${SILENCE_MS} ms`)));
  }
}

/** Text cut anywhere, as its lines; the last one may lack its end. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARS) throw new MikoError('bad_answer', `a line of Miko's answer is longer than ${MAX_LINE_CHARS} characters`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
