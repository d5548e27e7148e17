import type { ServerResponse } from 'node:http';

/** Answers as api.md has them. */

export function json(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'miko-request-id': 'req_1', ...headers }).end(JSON.stringify(body));
}

export function nothing(response: ServerResponse): void {
  response.writeHead(204, { 'miko-request-id': 'req_1' }).end();
}

/** RFC 9457. */
export function problem(response: ServerResponse, status: number, code: string, headers: Readonly<Record<string, string>> = {}, errors: readonly unknown[] = []): void {
  const body = problemBody(status, code, errors);
  response.writeHead(status, { 'content-type': 'application/problem+json', 'miko-request-id': 'req_1', ...headers }).end(JSON.stringify(body));
}

export const problemBody = (status: number, code: string, errors: readonly unknown[] = []): object => ({
  type: `urn:miko:error:${code}`, title: code, status, code, detail: `refused by the script: ${code}`, request_id: 'req_1', errors,
});
