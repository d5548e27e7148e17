import { createHash, createHmac } from 'node:crypto';

/** AWS Signature Version 4 in the Authorization header, for single requests (Amazon S3 API Reference, "Signature Calculations"). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with credentials that are lent for a while; null: these are lasting ones. */
  readonly sessionToken: string | null;
}

export interface Unsigned {
  readonly method: string;
  /** Without a query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly region: string;
  readonly service: string;
  readonly at: Date;
}

/** The headers the request is to be sent with; all of them are signed, `host` too, which the transport sends by itself. */
export function sign(request: Unsigned, { accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  const time = request.at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = [time.slice(0, 8), request.region, request.service, 'aws4_request'];
  const bodyHash = sha256(request.body ?? Buffer.alloc(0));
  const sent = {
    ...request.headers, 'x-amz-content-sha256': bodyHash, 'x-amz-date': time, ...(sessionToken === null ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const signed = Object.entries({ ...sent, host: request.url.host }).map(([name, value]) => [name.toLowerCase(), value.trim()] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [request.method, canonicalPath(request.url), '', ...signed.map(([name, value]) => `${name}:${value}`), '', names, bodyHash].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(Buffer.from(canonical))].join('\n');
  const key = scope.reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${secretAccessKey}`));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')},SignedHeaders=${names},Signature=${hmac(key, text).toString('hex')}`;
  return { ...sent, authorization };
}

/** Each segment encoded once, with everything escaped that RFC 3986 does not leave alone. */
const canonicalPath = ({ pathname }: URL): string => pathname.split('/')
  .map(part => encodeURIComponent(decodeURIComponent(part)).replaceAll(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)).join('/');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
