/** One keep-alive connection to a server under test, for set-up, checks and single changes; load comes from wrk. */
import { Agent, request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';

export type Answer = {
  readonly status: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly header: (name: string) => string | null;
  readonly text: string;
};

export type HttpConnection = {
  readonly send: (method: string, path: string, body?: string, headers?: OutgoingHttpHeaders) => Promise<Answer>;
  readonly close: () => void;
};

/** At most `connections` at a time; what comes above waits for one to be free. */
export function connectTo(port: number, always: OutgoingHttpHeaders = {}, connections = 1): HttpConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send: HttpConnection['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const all: OutgoingHttpHeaders = { ...always, ...headers };
      if (body !== undefined) Object.assign(all, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      const sent = request({ host: '127.0.0.1', port, method, path, headers: all, agent, timeout: 15_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () => {
          const header = (name: string): string | null => {
            const value = response.headers[name];
            return typeof value === 'string' ? value : null;
          };
          resolve({ status: response.statusCode ?? 0, rawHeaders: response.rawHeaders, header, text });
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within 15 s`)));
      sent.once('error', reject);
      sent.end(body);
    });
  return { send, close: () => agent.destroy() };
}
