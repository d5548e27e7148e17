// `npm run openapi`: compares what is built with what is kept; with `-- --bless` writes it. The work is in openapi.ts.
import { run } from './lib/runtime.mjs';

process.exitCode = await run('scripts/openapi.ts', process.argv.slice(2));
