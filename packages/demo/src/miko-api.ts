/** The few calls that the supervisor makes to Miko, over plain HTTP as any tool would. */
export class MikoApi {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** The parsed answer, null for one without a body. Throws ApiError. */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const { status, text } = await this.#exchange(method, path, options);
    if (status < 200 || status > 299) throw refusal(status, text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  async #exchange(method: string, path: string, { body, ifMatch, timeoutMs = TIMEOUT_MS }: CallOptions): Promise<{ readonly status: number; readonly text: string }> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(this.#url + path, { method, headers, ...sent, signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new ApiError(null, 'unreachable', 'Miko is away at the moment', cause);
    }
  }
}

interface CallOptions {
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** Miko's refusal in its own words; `status` is null when it did not answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number | null;
  readonly code: string;

  constructor(status: number | null, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}

function refusal(status: number, text: string): ApiError {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return new ApiError(status, code ?? `http_${status}`, detail ?? `Miko answered ${status}`);
  } catch (cause) {
    return new ApiError(status, `http_${status}`, `Miko answered ${status}`, cause);
  }
}
