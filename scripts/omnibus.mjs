// `npm run omnibus`: every rule of the API for every kind, and the check of that check (docs/api/rules.md).
import { run } from './lib/runtime.mjs';

process.exitCode = await run('packages/testkit/src/omnibus/main.ts', process.argv.slice(2));
