import type { WireCheck, WireProbe, WireRegistration } from './wire.ts';

export type Probe = {
  /** Time between two probes, default 1000. */
  readonly intervalMs?: number | undefined;
  /** Default 500. */
  readonly timeoutMs?: number | undefined;
  /** Good probes in a row until it is passing, default 2. */
  readonly rise?: number | undefined;
  /** Bad probes in a row until it is critical, default 3. */
  readonly fall?: number | undefined;
};

/** How Miko finds out whether the endpoint answers. With `ttl` the process says so itself: `registration.report`. */
export type Check =
  | ({ readonly type: 'http'; readonly path: string; readonly expectStatus?: number | undefined } & Probe)
  | ({ readonly type: 'tcp' } & Probe)
  | ({ readonly type: 'grpc'; readonly service?: string | undefined } & Probe)
  | { readonly type: 'ttl'; readonly ttlMs: number };

/** An endpoint to register. Miko checks the bounds; `registration.ready` rejects with the fields it objects to. */
export type RegisterOptions = {
  /** A name as `web`: small letters, digits, hyphens. */
  readonly service: string;
  /** Unique in the service and the same after a restart of this process, as `web-1`. */
  readonly instance: string;
  /** Where clients reach it, default 127.0.0.1. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Default `http`. */
  readonly protocol?: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | undefined;
  /** For callers that may not see internal addresses; default none. */
  readonly publicUrl?: string | null | undefined;
  readonly zone?: string | null | undefined;
  /** 0 to 1000, default 100; 0 is chosen only when nothing else is there. */
  readonly weight?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Default none: listed at once. With a check it is listed when the check has risen. */
  readonly check?: Check | null | undefined;
};

export function registrationToWire(options: RegisterOptions, session: string): WireRegistration {
  return {
    session,
    host: options.host ?? '127.0.0.1',
    port: options.port,
    protocol: options.protocol ?? 'http',
    public_url: options.publicUrl ?? null,
    zone: options.zone ?? null,
    weight: options.weight ?? 100,
    tags: options.tags ?? [],
    labels: options.labels ?? {},
    check: options.check ? checkToWire(options.check) : null,
  };
}

function checkToWire(check: Check): WireCheck {
  if (check.type === 'ttl') return { type: 'ttl', ttl_ms: check.ttlMs };
  const probe = probeToWire(check);
  if (check.type === 'tcp') return { type: 'tcp', ...probe };
  if (check.type === 'grpc') return { type: 'grpc', ...(check.service === undefined ? {} : { service: check.service }), ...probe };
  return { type: 'http', path: check.path, ...(check.expectStatus === undefined ? {} : { expect_status: check.expectStatus }), ...probe };
}

function probeToWire(probe: Probe): WireProbe {
  return {
    interval_ms: probe.intervalMs ?? 1000,
    timeout_ms: probe.timeoutMs ?? 500,
    rise: probe.rise ?? 2,
    fall: probe.fall ?? 3,
  };
}
