// `npm run bench -- NAME`: the comparative benchmarks (bench/README.md). Runs on Node 20 too; what it starts runs on Node 24.
import { run } from './lib/runtime.mjs';

process.exitCode = await run('bench/src/main.ts', process.argv.slice(2));
