import { errors, type ErrorCode } from '@miko/model';

/** The registry as a type of the client, which depends on no other package: a caller's editor and compiler know every code. */
export function errorCodesModule(): string {
  const codes = (Object.keys(errors) as ErrorCode[]).sort((a, b) => errors[a].status - errors[b].status);
  return [
    '/**',
    " * Every `code` of Miko's problem documents, by status.",
    ' * Written by `npm run openapi -- --bless` from the registry, `packages/model/src/errors.ts`.',
    ' */',
    'export type ErrorCode =',
    ...codes.flatMap((code, i) => [`  /** ${errors[code].status}: ${errors[code].title} */`, `  | '${code}'${i === codes.length - 1 ? ';' : ''}`]),
    '',
  ].join('\n');
}
