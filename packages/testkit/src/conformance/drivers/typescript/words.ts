import { MikoError, type Answer } from '@miko/client';

/** Between the words of the line protocol and those of TypeScript: `timeout_ms` is `timeoutMs`. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The same value with all its names in camelCase. Names of services and instances hold no underscores followed by letters. */
export function camelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelled);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), camelled(inner)]));
}

/** The same value as it goes over the line: names in snake_case, errors and times in words. */
export function snaked(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return wordsOf(value);
  if (Array.isArray(value)) return value.map(snaked);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snake(name), snaked(inner)]));
}

/** What the SDK said no with. */
export function wordsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { code: 'thrown', message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: wordsOf(error.cause) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (!(error instanceof MikoError)) return { code, message: error.message, ...cause };
  const { status, requestId, fields, retryAfterMs } = error;
  return { code, message: error.message, status, request_id: requestId, fields, retry_after_ms: retryAfterMs, ...cause };
}

/** An answer of the directory; what does not apply is null or empty. */
export function answerWords(answer: Answer): Readonly<Record<string, unknown>> {
  const known = answer.state === 'known' || answer.state === 'empty' ? answer : null;
  return {
    state: answer.state,
    cause: answer.state === 'empty' ? answer.cause : null,
    source: known?.source ?? null,
    instances: namesOf(answer.state === 'known' ? answer.endpoints : []),
    unusable: namesOf(known?.unusable ?? []),
    error: answer.state === 'not_ready' && answer.error !== null ? wordsOf(answer.error) : null,
  };
}

const namesOf = (endpoints: readonly { readonly instance: string }[]): string[] => endpoints.map(({ instance }) => instance).sort();
