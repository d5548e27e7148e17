import type { Flaw } from '@miko/model';
import { exitCodes, exitOfStatus, type ExitName } from './exit-codes.ts';
import { isRecord } from './unknown.ts';

/**
 * Why the command did not do what was asked, in words for people and as a problem object (RFC 9457) for programs.
 * Thrown anywhere, printed once, in main.ts.
 */
export class Failure extends Error {
  readonly exit: ExitName;
  /** Miko's code from its error registry, or one of the command's own: `usage`, `unreachable`, `timed_out` ... */
  readonly code: string;
  readonly title: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly flaws: readonly Flaw[];
  /** What to do about it, one line each. */
  readonly hints: readonly string[];

  constructor(
    exit: ExitName,
    code: string,
    detail: string,
    more: {
      hints?: readonly string[];
      title?: string;
      status?: number;
      requestId?: string | null;
      flaws?: readonly Flaw[];
      cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Failure';
    this.exit = exit;
    this.code = code;
    this.title = more.title ?? exitCodes[exit].meaning;
    this.status = more.status ?? null;
    this.requestId = more.requestId ?? null;
    this.flaws = more.flaws ?? [];
    this.hints = more.hints ?? [];
  }

  /** The same failure with further lines of advice. */
  withHints(...hints: readonly string[]): Failure {
    return new Failure(this.exit, this.code, this.message, {
      hints: [...this.hints, ...hints],
      title: this.title,
      requestId: this.requestId,
      flaws: this.flaws,
      cause: this.cause,
      ...(this.status === null ? {} : { status: this.status }),
    });
  }
}

export const usage = (detail: string, ...hints: readonly string[]): Failure =>
  new Failure('usage', 'usage', detail, { hints });

/** Reads a problem document as far as it is one; anything else of that status becomes a plain failure. */
export function failureOfAnswer(status: number, body: unknown, requestId: string | null, retryAfter: string | null): Failure {
  const problem = isRecord(body) ? body : {};
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const hints: string[] = [];
  if (status === 403) hints.push('An admin makes another token: miko token create --role writer');
  if (retryAfter !== null && /^\d{1,6}$/.test(retryAfter)) hints.push(`Try again in ${retryAfter} s.`);
  return new Failure(
    exitOfStatus(status),
    text(problem['code']) ?? `http_${status}`,
    text(problem['detail']) ?? text(problem['title']) ?? `Miko answered with status ${status}`,
    { title: text(problem['title']) ?? `HTTP ${status}`, status, requestId: text(problem['request_id']) ?? requestId, flaws: flawsOf(problem['errors']), hints },
  );
}

function flawsOf(value: unknown): readonly Flaw[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
    return [{ pointer: text('pointer'), code: text('code'), detail: text('detail') }];
  });
}
