import { parseArgs } from 'node:util';
import { omnibus } from './omnibus.ts';

/** `npm run omnibus`: every rule for every kind, in each way of asking, and the check of the check itself. */
const { values } = parseArgs({
  options: {
    kind: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, json: { type: 'boolean', default: false },
    way: { type: 'string', multiple: true, default: [] }, mutation: { type: 'string', multiple: true, default: [] }, rules: { type: 'boolean', default: false },
  },
});

process.exitCode = (await omnibus({
  kind: values.kind ?? null, seed: Number(values.seed), json: values.json, ways: values.way, mutations: values.mutation, writeRules: values.rules,
})) ? 0 : 1;
