import type { ProbedCheck } from '@miko/model';
import type { ProbeContext, ProbeResult, Target } from './attempt.ts';
import { probeGrpc } from './grpc-probe.ts';
import { probeHttp } from './http-probe.ts';
import { probeTcp } from './tcp-probe.ts';

/** Probes an endpoint once. Never rejects, and settles within `timeout_ms` or when called off. */
export type Probe = (target: Target, check: ProbedCheck, context: ProbeContext) => Promise<ProbeResult>;

export const probe: Probe = (target, check, context) => {
  if (check.type === 'http') return probeHttp(target, check, context);
  if (check.type === 'grpc') return probeGrpc(target, check, context);
  return probeTcp(target, check, context);
};
