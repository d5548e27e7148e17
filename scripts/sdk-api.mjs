// `npm run sdk-api`: compares the SDKs' generated API clients with the newest document; with `-- --bless` writes them. The work is in sdk-api.ts.
import { run } from './lib/runtime.mjs';

process.exitCode = await run('scripts/sdk-api.ts', process.argv.slice(2));
