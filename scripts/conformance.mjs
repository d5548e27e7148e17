// `npm run conformance`: what docs/protocol.md says, scenario by scenario, SDK by SDK; `-- --faults` and `-- --real` beside it.
import { languages } from './lib/languages.mjs';
import { run } from './lib/runtime.mjs';

process.exitCode = await run('packages/testkit/src/conformance/main.ts', process.argv.slice(2), { env: { ...process.env, ...languages() } });
