import { errors, type ErrorCode } from '@miko/model';
import type { Operation } from '../operation.ts';

/** Every code an operation can give: its own, and those of the steps of the pipeline that it goes through. In the registry's order. */
export function errorsOf(operation: Operation): ErrorCode[] {
  const given = new Set<ErrorCode>([...always, ...(operation.action === null ? [] : known(operation)), ...body(operation), ...operation.errors]);
  return (Object.keys(errors) as ErrorCode[]).filter(code => given.has(code));
}

/** Given before an operation is found, or by the connection: any path can answer so. */
export const everywhere: readonly ErrorCode[] = ['method_not_allowed'];

const always: readonly ErrorCode[] = ['invalid_request', 'unknown_version', 'not_acceptable', 'request_timeout', 'uri_too_long', 'headers_too_large', 'internal'];

/** A caller is identified, the target located, the action permitted, the call given a deadline. */
function known({ action, path, method, mediaTypes }: Operation): ErrorCode[] {
  return [
    'unauthenticated', 'not_ready', 'deadline_exceeded',
    // Reading what the fleet or its own project holds is denied to no credential.
    ...(action!.role === 'reader' ? [] : ['denied' as const]),
    ...(path.includes('{') ? ['not_found' as const] : []),
    ...(method === 'GET' ? [] : ['overloaded' as const]),
    ...(method === 'POST' && mediaTypes.includes('application/json') ? ['in_flight' as const, 'idempotency_mismatch' as const] : []),
  ];
}

function body({ method }: Operation): ErrorCode[] {
  return method === 'GET' || method === 'DELETE' ? [] : ['malformed_json', 'too_large', 'unsupported_media_type'];
}
