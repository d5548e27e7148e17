import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, problem } from './answers.ts';

/** What a scenario has a server answer in place of what it would: to which requests, how often, and what. */
export interface ScriptedAnswer {
  readonly method: string | null;
  /** A regular expression for the path. */
  readonly path: string | null;
  /** Null: until the scenario ends or `clear`. */
  readonly times: number | null;
  readonly status: number | null;
  /** Makes the body a problem document. */
  readonly code: string | null;
  /** The findings of that problem document. */
  readonly errors: readonly unknown[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body as it is, in place of JSON. */
  readonly text: string | null;
  /** Breaks the connection (TCP reset) in place of an answer. */
  readonly reset: boolean;
  /** Does not answer before `release`; then as it would have without this. */
  readonly hold: boolean;
  readonly delay_ms: number;
}

export class Script {
  #answers: { readonly answer: ScriptedAnswer; left: number }[] = [];
  #held: (() => void)[] = [];

  add(answer: ScriptedAnswer): void {
    this.#answers.push({ answer, left: answer.times ?? Infinity });
  }

  clear(): void {
    this.#answers = [];
    this.release();
  }

  release(): void {
    for (const go of this.#held.splice(0)) go();
  }

  /** Resolves to whether the request was answered here. */
  async take(request: IncomingMessage, path: string, response: ServerResponse): Promise<boolean> {
    const found = this.#answers.find(({ answer, left }) => left > 0 && fits(answer, request, path));
    if (found === undefined) return false;
    found.left -= 1;
    const { answer } = found;
    if (answer.delay_ms > 0) await new Promise(resolve => { setTimeout(resolve, answer.delay_ms).unref(); });
    if (answer.hold) {
      await new Promise<void>(resolve => { this.#held.push(resolve); });
      return false;
    }
    if (answer.reset) request.socket.resetAndDestroy();
    else if (answer.code !== null) problem(response, answer.status ?? 500, answer.code, answer.headers, answer.errors);
    else if (answer.text !== null) response.writeHead(answer.status ?? 200, { 'content-type': 'text/html', ...answer.headers }).end(answer.text);
    else if (answer.status !== null && answer.body === null) response.writeHead(answer.status, answer.headers).end();
    else if (answer.status !== null) json(response, answer.status, answer.body, answer.headers);
    else return false;
    return true;
  }
}

const fits = ({ method, path: pattern }: ScriptedAnswer, request: IncomingMessage, path: string): boolean =>
  (method === null || method === request.method) && (pattern === null || new RegExp(pattern).test(path));
