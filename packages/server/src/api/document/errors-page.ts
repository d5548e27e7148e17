import { errors, type ErrorCode } from '@miko/model';
import { occasions } from './error-occasions.ts';

/** `docs/api/errors.md`: the registry as a page, by status. */
export function errorsPage(): string {
  const codes = (Object.keys(errors) as ErrorCode[]).sort((a, b) => errors[a].status - errors[b].status);
  return [
    '# Errors', '',
    'Written by `npm run openapi -- --bless` from the registry, `packages/model/src/errors.ts`. A code never changes its meaning.', '',
    'Every error is `application/problem+json` (RFC 9457). Go by `code`, and where you do not know it by the status; show `detail`; quote `request_id`.', '',
    '| Status | Code | Title | When it comes |', '|---|---|---|---|',
    ...codes.map(code => `| ${errors[code].status} | \`${code}\` | ${cell(errors[code].title)} | ${cell(occasions[code])} |`), '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
