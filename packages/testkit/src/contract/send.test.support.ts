import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { errors, type ErrorCode, type ProblemDocument } from '@miko/model';
import { expect } from 'vitest';
import type { MikoProcess } from '../miko-process.ts';

/** A request as it goes on the wire: nothing is added to it but the credential and the length of its body. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  /** A value is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  /** Empty: not sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: none; absent: the admin's. */
  readonly token?: string | null;
  /** In chunks, without a Content-Length. */
  readonly chunked?: true;
}

export interface Told<T = unknown> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly body: T;
}

const agent = new Agent({ keepAlive: true });

export function send<T = never>(miko: MikoProcess, { method, path, body, headers = {}, token = miko.token, chunked }: Sent): Promise<Told<T>> {
  const bytes = body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const { hostname, port } = new URL(miko.url);
  const sent = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(bytes === null ? {} : { 'content-type': 'application/json', ...(chunked === true ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes.length) }) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({
      agent, hostname, port, method, path, timeout: 20_000, headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== '')),
    }, incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = /^application\/(problem\+)?json$/.test(incoming.headers['content-type'] ?? '') && text !== '';
        resolve({ status: incoming.statusCode!, headers: incoming.headers, text, body: (isJson ? JSON.parse(text) : text) as T });
      });
    });
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path.slice(0, 200)}`)));
    outgoing.end(bytes ?? undefined);
  });
}

/** What a refusal has to say; `pointers`: where, each as the pointer and the code of a finding, or the pointer alone. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly pointers?: readonly (string | readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string | RegExp>>;
}

/** Checks a refusal as a whole: RFC 9457, the registry, the request id, the findings. */
export function expectRefused(told: Told, { code, pointers, headers = {} }: Refusal): void {
  const problem = told.body as ProblemDocument;
  expect([told.status, problem.code, told.text.slice(0, 500)]).toEqual([errors[code].status, code, told.text.slice(0, 500)]);
  expect(told.headers['content-type']).toBe('application/problem+json');
  expect(problem).toEqual({
    type: `urn:miko:error:${code}`, title: errors[code].title, status: errors[code].status, code,
    detail: expect.stringMatching(/^.{3,}/) as string, request_id: told.headers['miko-request-id'], errors: expect.any(Array) as [],
  });
  expect(problem.request_id).toMatch(/^req_[0-9a-z]{10,}$/);
  for (const flaw of problem.errors) expect(flaw).toEqual({ pointer: expect.any(String) as string, code: expect.stringMatching(/^[a-z_]+$/) as string, detail: expect.stringMatching(/./) as string });
  // Whatever is 400 says where.
  if (told.status === 400) expect(problem.errors.length).toBeGreaterThan(0);
  if (pointers !== undefined) {
    const found = problem.errors.map(flaw => [flaw.pointer, flaw.code] as const);
    expect(found.map(([pointer, rule], i) => (typeof pointers[i] === 'string' ? pointer : [pointer, rule]))).toEqual(pointers);
  }
  for (const [name, value] of Object.entries(headers)) expect(told.headers[name]).toEqual(typeof value === 'string' ? value : expect.stringMatching(value));
}
