import { deepStrictEqual, ok } from 'node:assert/strict';
import { errors, type ErrorCode, type ProblemDocument } from '@miko/model';

/** An answer, however it came. */
export interface Told<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly body: T;
}

/** A finding a refusal has to name: its pointer, and its code where it is given. */
export type Finding = string | readonly [pointer: string, code: string];

export function told(status: number, headers: Told['headers'], text: string): Told<never> {
  const isJson = /^application\/(problem\+)?json$/.test(headers['content-type'] ?? '') && text !== '';
  return { status, headers, text, body: (isJson ? JSON.parse(text) : text) as never };
}

/** Checks that it went well: the status and what the answer says otherwise. */
export function went<T>(answer: Told<T>, status: number): Told<T> {
  ok(answer.status === status, `${status} was expected, not ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer;
}

/** Checks a refusal as a whole (RFC 9457) and that it names what is wrong. */
export function refused(answer: Told, code: ErrorCode, findings: readonly Finding[] = []): void {
  const problem = answer.body as ProblemDocument;
  ok(answer.status === errors[code].status && problem.code === code, `${errors[code].status} ${code} was expected, not ${answer.status}: ${answer.text.slice(0, 500)}`);
  same(answer.headers['content-type'], 'application/problem+json', 'the media type of a refusal');
  same(
    [problem.type, problem.title, problem.status, problem.request_id, answer.headers['miko-revision']],
    [`urn:miko:error:${code}`, errors[code].title, answer.status, answer.headers['miko-request-id'], undefined], 'the problem document',
  );
  ok(typeof problem.detail === 'string' && problem.detail.length > 2, 'a refusal says why');
  ok(answer.status !== 400 || problem.errors.length > 0, `a 400 says where: ${answer.text.slice(0, 300)}`);
  for (const finding of findings) {
    const [pointer, rule] = typeof finding === 'string' ? [finding, null] : finding;
    ok(problem.errors.some(flaw => flaw.pointer === pointer && (rule === null || flaw.code === rule)), `a finding at ${pointer}${rule === null ? '' : ` (${rule})`} was expected among ${JSON.stringify(problem.errors)}`);
  }
}

/** Checks equality by value, and says of what. */
export function same(seen: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(seen, expected);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message.slice(0, 2_000)}`, { cause: error });
  }
}

export function holds(condition: boolean, what: string): asserts condition {
  ok(condition, what);
}
