import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDates, newestApiDate, oldestApiDate } from '@miko/model';
import { documentText, judge, type Judgement } from '../../packages/server/src/api/document/blessed.ts';
import { errorsPage } from '../../packages/server/src/api/document/errors-page.ts';
import { openapi } from '../../packages/server/src/api/document/openapi.ts';
import { declaredOperations } from '../../packages/server/src/operations.ts';
import { errorCodesModule } from './error-codes.ts';

/** What is built beside what lies in the tree: a document for each API date, and what is written from the registries. */
export function judged(root: string): (Judgement & { readonly text: string })[] {
  const operations = declaredOperations();
  const built = new Map<string, string>(apiDates.map(date => [date, documentText(openapi(operations, date))]));
  const kept = new Map(apiDates.flatMap(date => {
    const file = join(root, 'openapi', `${date}.json`);
    return existsSync(file) ? [[date, readFileSync(file, 'utf8')] as const] : [];
  }));
  return judge(kept, built).map(judgement => ({ ...judgement, text: built.get(judgement.date)! }));
}

/** By path: the page of errors, their codes as the client types them, and the server's package with the dates it speaks. */
export function pages(root: string): Map<string, string> {
  const path = 'packages/server/package.json';
  const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;
  const dated = { ...manifest, miko: { apiDates: { oldest: oldestApiDate, newest: newestApiDate } } };
  return new Map([
    ['docs/api/errors.md', errorsPage()],
    ['packages/client/src/generated/error-codes.ts', errorCodesModule()],
    [path, documentText(dated)],
  ]);
}
