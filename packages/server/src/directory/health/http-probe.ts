import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { httpOutcome, type HttpCheck } from '@miko/model';
import { attempt, badProbe, failedProbe, printable } from './attempt.ts';
import type { ProbeContext, ProbeResult, Settle, Target } from './attempt.ts';
import { guardLiteral } from './dial-guard.ts';

const MAX_BODY_BYTES = 4_096;

/**
 * One GET on a connection of its own (TLS when the endpoint's protocol is https), judged by its status. The answer has
 * to be complete, or 4 KB long, within the timeout; redirects are not followed.
 *
 * Certificates are not verified, as with kubelet's probes: the question is whether the endpoint answers, the probe
 * carries no secret, and a fleet's own certificate authority and bare addresses would fail a check that clients pass.
 */
export function probeHttp(target: Target, check: HttpCheck, context: ProbeContext): Promise<ProbeResult> {
  return attempt(check.timeout_ms, context, (settle, lookup) => {
    guardLiteral(target.host);
    const request = (target.protocol === 'https' ? httpsRequest : httpRequest)({
      host: target.host,
      port: target.port,
      path: check.path,
      lookup,
      agent: false,
      headers: { 'user-agent': 'miko-health', accept: '*/*' },
      rejectUnauthorized: false,
    });
    let hasAnswer = false;
    request.on('response', response => {
      hasAnswer = true;
      readAnswer(response, check, settle);
    });
    request.on('error', error => settle(failedProbe(error)));
    request.on('close', () => {
      if (!hasAnswer) settle(badProbe('the connection was closed without an answer'));
    });
    request.end();
    return () => request.destroy();
  });
}

function readAnswer(response: IncomingMessage, check: HttpCheck, settle: Settle): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const finish = (): void => settle(judgeAnswer(response, Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES), check));
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_BODY_BYTES) finish();
  });
  response.on('end', finish);
  response.on('error', () => settle(badProbe(`${response.statusCode}, but the answer broke off`)));
}

function judgeAnswer(response: IncomingMessage, body: Buffer, check: HttpCheck): ProbeResult {
  const status = response.statusCode ?? 0;
  const outcome = httpOutcome(status, check.expect_status);
  const isRedirect = status >= 300 && status <= 399 && !outcome.good;
  const line = `${status} ${response.statusMessage ?? ''}${isRedirect ? ' (redirects are not followed)' : ''}`;
  const excerpt = printable(body.toString('utf8'));
  return { ...outcome, text: printable(excerpt === '' ? line : `${line}: ${excerpt}`) };
}
