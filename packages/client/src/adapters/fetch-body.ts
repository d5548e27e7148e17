import type { CallBody } from '../call/http-call.ts';

type BodyInit = NonNullable<RequestInit['body']>;

/** A body for undici's fetch, and how to make it again for each attempt; null when it is spent by the first. */
export type FetchBody = {
  readonly init: BodyInit | null | undefined;
  readonly again: (() => CallBody) | null;
};

/** Longer ones go through fetch as they are, piece by piece, and once. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

export function fetchBody(given: BodyInit | null | undefined): FetchBody {
  if (given === undefined || given === null) return { init: given, again: null };
  if (typeof given === 'string') return { init: given, again: () => given };
  if (given instanceof URLSearchParams) return fetchParams(given);
  if (given instanceof FormData) return fetchBlob(formBlob(given));
  if (given instanceof Blob) return fetchBlob(given);
  if (given instanceof ArrayBuffer) return fetchBytes(given, new Uint8Array(given));
  if (ArrayBuffer.isView(given)) return fetchBytes(given, new Uint8Array(given.buffer, given.byteOffset, given.byteLength));
  return { init: given, again: null };
}

/** The text of now: what the caller changes later is not sent. */
function fetchParams(given: URLSearchParams): FetchBody {
  const text = given.toString();
  return { init: given, again: () => text };
}

/** The bytes of now, likewise: fetch takes its own copy at once. */
function fetchBytes(given: BodyInit, bytes: Uint8Array): FetchBody {
  const copy = Buffer.from(bytes);
  return { init: given, again: () => copy };
}

/** Undici takes a Blob whole into memory when it sends one, so a long one is read as fetch does it. */
function fetchBlob(blob: Blob): FetchBody {
  return { init: blob, again: blob.size > MAX_KEPT_BYTES ? null : () => blob as unknown as CallBody };
}

/**
 * A form as `multipart/form-data` (RFC 7578), its files by reference. Encoded here because undici's fetch knows only its
 * own FormData, while callers have that of Node.
 */
function formBlob(form: FormData): Blob {
  // Lower case: a Blob's type is.
  const boundary = `miko-${crypto.randomUUID()}`;
  const parts: (string | Blob)[] = [];
  for (const [name, value] of form) {
    const isText = typeof value === 'string';
    const file = isText ? '' : `; filename="${quoted(value.name)}"\r\nContent-Type: ${value.type === '' ? 'application/octet-stream' : value.type}`;
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(lines(name))}"${file}\r\n\r\n`, isText ? lines(value) : value, '\r\n');
  }
  return new Blob([...parts, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}

/** As browsers write names (HTML, 4.10.21.8). */
function quoted(name: string): string {
  return name.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');
}

function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}
