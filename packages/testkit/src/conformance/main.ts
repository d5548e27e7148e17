import { parseArgs } from 'node:util';
import { conformance } from './conformance.ts';
import { sdkNames } from './runner/sdks.ts';

/** `npm run conformance`: what docs/protocol.md says, with each SDK. `--faults`: whether the scenarios notice a broken SDK; `--real`: the SDKs with a real Miko. */
const { values } = parseArgs({
  options: {
    sdk: { type: 'string', multiple: true, default: [] }, only: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, lanes: { type: 'string', default: '2' }, via: { type: 'string' },
    faults: { type: 'boolean', default: false }, fault: { type: 'string', multiple: true, default: [] }, real: { type: 'boolean', default: false }, seconds: { type: 'string', default: '20' },
  },
});

const unknown = values.sdk.filter(name => !(sdkNames as readonly string[]).includes(name));
if (unknown.length > 0) throw new Error(`there is no SDK ${unknown.join(', ')}: there are ${sdkNames.join(', ')}`);
const sdks = sdkNames.filter(name => values.sdk.length === 0 || values.sdk.includes(name));

process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  if (values.faults || values.fault.length > 0) return (await import('./faults/check-faults.ts')).checkFaults({ names: values.fault, json: values.json, lanes: Number(values.lanes) });
  if (values.real) return (await import('./real/real.ts')).real({ sdks, seconds: Number(values.seconds), json: values.json });
  return conformance({ sdks, named: sdks.filter(name => values.sdk.includes(name)), only: values.only, json: values.json, table: values.table, quick: values.quick, lanes: Number(values.lanes), via: values.via ?? null });
}
