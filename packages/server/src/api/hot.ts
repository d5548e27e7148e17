import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { newRequestId } from './request-id.ts';

/** What an encoded answer depends on; an IncomingMessage is one. */
export interface HotRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** An answer that is encoded but for its date and the id of the request. Made once for many requests. */
export interface HotAnswer {
  readonly status: 200 | 304;
  /** Names and values in turn, as `writeHead` takes them. */
  readonly fields: readonly string[];
  /** The same as text, with the status line before them. */
  readonly head: string;
  /** ASCII. */
  readonly body: string;
}

export function hotAnswer(status: 200 | 304, fields: readonly string[], body: string): HotAnswer {
  let head = status === 200 ? 'HTTP/1.1 200 OK\r\n' : 'HTTP/1.1 304 Not Modified\r\n';
  for (let index = 0; index < fields.length; index += 2) head += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return { status, fields, head, body };
}

/** Bodies are ASCII: so told, head and body leave in one write. */
export function sendHot(response: ServerResponse, { status, fields, body }: HotAnswer): void {
  response.writeHead(status, [...fields, 'miko-request-id', newRequestId()] as never).end(body, 'latin1');
}
