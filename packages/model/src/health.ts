/**
 * Health: what a probed check says, and how single results become a verdict.
 *
 * Guarantees: one stray result never moves an endpoint across the line between listed and not listed
 * (`rise` and `fall`, as in HAProxy); nothing but bad answers makes an endpoint critical, so a Miko that
 * could not look (`lost`) ends at `unknown`; an endpoint that never rose is never listed for want of evidence.
 * Everything here is pure; times are milliseconds.
 */
export type Health = 'starting' | 'passing' | 'warning' | 'critical' | 'unknown';

/** `rise` good results in a row bring an endpoint up, `fall` bad ones in a row take it down; both at least 1. */
export interface Probing {
  readonly interval_ms: number;
  /** For the whole probe, from name resolution to the last byte. */
  readonly timeout_ms: number;
  readonly rise: number;
  readonly fall: number;
}

export interface HttpCheck extends Probing {
  readonly type: 'http';
  readonly path: string;
  /** The only status that is good; absent: 200 to 299. */
  readonly expect_status?: number;
}

export interface TcpCheck extends Probing {
  readonly type: 'tcp';
}

export interface GrpcCheck extends Probing {
  readonly type: 'grpc';
  /** The name asked for in grpc.health.v1; absent or empty: the server as a whole. */
  readonly service?: string;
}

/** The checks in which Miko calls the endpoint; in a `ttl` check the endpoint calls Miko, and the database's clock judges. */
export type ProbedCheck = HttpCheck | TcpCheck | GrpcCheck;

/** One result. `warning` counts only with `good`. `lost`: the probe failed at Miko's side, and tells nothing. */
export interface Outcome {
  readonly good: boolean;
  readonly warning: boolean;
  readonly lost?: true;
}

/** A verdict and the runs that lead to the next one; each run stops counting at its threshold. */
export interface Streak {
  readonly health: Health;
  readonly good: number;
  readonly bad: number;
  readonly lost: number;
}

export const streakFrom = (health: Health): Streak => ({ health, good: 0, bad: 0, lost: 0 });

/** The streak after one more result of a probe. */
export function judge(streak: Streak, outcome: Outcome, check: ProbedCheck): Streak {
  if (outcome.lost) return judgeLost(streak, check);
  return outcome.good ? judgeGood(streak, outcome.warning, check) : judgeBad(streak, check);
}

function judgeGood(streak: Streak, warning: boolean, check: ProbedCheck): Streak {
  const good = Math.min(streak.good + 1, check.rise);
  const isDown = streak.health === 'starting' || streak.health === 'critical';
  const up = warning ? 'warning' : 'passing';
  return { health: isDown && good < check.rise ? streak.health : up, good, bad: 0, lost: 0 };
}

function judgeBad(streak: Streak, check: ProbedCheck): Streak {
  const bad = Math.min(streak.bad + 1, check.fall);
  return { health: bad < check.fall ? streak.health : 'critical', good: 0, bad, lost: 0 };
}

/** A lost result neither continues nor breaks a run of answers; `fall` of them in a row are lost evidence. */
function judgeLost(streak: Streak, check: ProbedCheck): Streak {
  const lost = Math.min(streak.lost + 1, check.fall);
  return lost < check.fall ? { ...streak, lost } : { ...evidenceLost(streak), lost };
}

/**
 * Nobody can tell any more: what was up is `unknown`, and stays listed. `starting` and `critical` remain,
 * because losing sight of an endpoint is no reason to send it its first, or again, requests.
 */
export function evidenceLost(streak: Streak): Streak {
  const isDown = streak.health === 'starting' || streak.health === 'critical';
  return streakFrom(isDown ? streak.health : 'unknown');
}

/**
 * Reads an HTTP status as Consul does: 2xx is good, 429 is a warning (alive, and asked for too much), all else is bad;
 * redirects are not followed. `expected` replaces the 2xx.
 */
export function httpOutcome(status: number, expected?: number): Outcome {
  const good = expected === undefined ? status >= 200 && status <= 299 : status === expected;
  if (good) return { good: true, warning: false };
  return status === 429 ? { good: true, warning: true } : { good: false, warning: false };
}

/** From the start of one probe to the next: the interval +-10 %, so that probes drift apart. `random` gives [0, 1). */
export const nextProbeDelayMs = (check: ProbedCheck, random: () => number): number =>
  Math.round(check.interval_ms * (0.9 + 0.2 * random()));

/**
 * To the first probe. A fresh endpoint waits at most 100 ms, so that it appears fast; one whose health is known
 * (Miko restarted) waits up to an interval, so that a whole fleet is not probed at once.
 */
export const firstProbeDelayMs = (check: ProbedCheck, health: Health, random: () => number): number =>
  Math.floor(random() * (health === 'starting' ? Math.min(check.interval_ms, 100) : check.interval_ms));
