import { createInterface } from 'node:readline';

/** A driver without an SDK, for the tests of the runner: asks Miko when it connects, and answers `status` by the state that it was told. */
let connected = false;
let revision = 0;
let closes = true;

const ops: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => Promise<unknown>>> = {
  async connect({ url, token, options }) {
    const answer = await fetch(`${String(url)}/v1/projects/default/endpoints?service=web`, { headers: { authorization: `Bearer ${String(token)}` } });
    ({ revision } = (await answer.json()) as { revision: number });
    connected = true;
    // Its way to be told that it is to break.
    closes = (options as { drain_seconds?: number }).drain_seconds !== -1;
    console.log(JSON.stringify({ event: 'connected' }));
    return {};
  },
  status: async () => ({ connected, revision }),
  endpoints: ({ service }) => Promise.reject(new Error(`nobody knows ${String(service)}`)),
  // One that breaks down in the middle of its work.
  wall_clock: () => process.exit(3),
  async close() {
    if (!closes) throw new Error('it does not close');
    connected = false;
    return {};
  },
  exit: () => process.exit(0),
};

createInterface({ input: process.stdin }).on('line', line => {
  const { id, op, ...args } = JSON.parse(line) as { id: number; op: string };
  const done = ops[op]?.(args) ?? Promise.reject(new Error(`${op} is unknown`));
  done.then(ok => ({ id, ok }), (error: Error) => ({ id, error: { code: 'refused', message: error.message } })).then(answer => console.log(JSON.stringify(answer))).catch(() => {});
});
