import { connect } from 'node:net';
import type { TcpCheck } from '@miko/model';
import { attempt, failedProbe, goodProbe, type ProbeContext, type ProbeResult, type Target } from './attempt.ts';
import { guardLiteral } from './dial-guard.ts';

/** Good when the port takes a connection, which is closed at once without a byte. */
export function probeTcp(target: Target, check: TcpCheck, context: ProbeContext): Promise<ProbeResult> {
  return attempt(check.timeout_ms, context, (settle, lookup) => {
    guardLiteral(target.host);
    const socket = connect({ host: target.host, port: target.port, lookup });
    socket.on('connect', () => settle(goodProbe(`connected to ${socket.remoteAddress} port ${target.port}`)));
    socket.on('error', error => settle(failedProbe(error)));
    return () => socket.destroy();
  });
}
