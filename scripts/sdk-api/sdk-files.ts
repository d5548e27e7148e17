import { goOperationsFile } from './go-operations.ts';
import { goTypesFile } from './go-types.ts';
import { newestDocument } from './newest-document.ts';
import { pythonClientModule } from './python-client.ts';
import { pythonOperationsModule } from './python-operations.ts';
import { pythonTypesModule } from './python-types.ts';
import { readApi } from './read-api.ts';
import { typescriptModule } from './typescript.ts';

/** By path: every file of the SDKs that is made of the newest API document. */
export function sdkFiles(root: string): Map<string, string> {
  const { date, document } = newestDocument(root);
  const api = readApi(date, document);
  const python = 'sdks/python/src/miko/api/generated';
  return new Map([
    ['packages/client/src/generated/api.ts', typescriptModule(api)],
    [`${python}/types.py`, pythonTypesModule(api)],
    [`${python}/operations.py`, pythonOperationsModule(api)],
    [`${python}/sync_api.py`, pythonClientModule(api, 'sync')],
    [`${python}/async_api.py`, pythonClientModule(api, 'async')],
    ['sdks/go/api/api_generated.go', goTypesFile(api)],
    ['sdks/go/api_generated.go', goOperationsFile(api)],
  ]);
}
