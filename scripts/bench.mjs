// `npm run bench -- NAME`: the comparative benchmarks (bench/README.md). Runs on Node 20 too; what it starts runs on Node 24.
import { languages } from './lib/languages.mjs';
import { run } from './lib/runtime.mjs';

const args = process.argv.slice(2);
const startsSdks = ['sdks', 'failover', 'all'].some(name => args.includes(name));

process.exitCode = await run('bench/src/main.ts', args, startsSdks ? { env: { ...process.env, ...languages() } } : {});
