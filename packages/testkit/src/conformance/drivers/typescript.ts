import { callOps } from './typescript/call-ops.ts';
import { directoryOps } from './typescript/directory-ops.ts';
import { HeldClient } from './typescript/held-client.ts';
import { lifeOps } from './typescript/life-ops.ts';
import { say, serveLines } from './typescript/line-protocol.ts';
import { loadOps } from './typescript/load-ops.ts';
import { pickOps } from './typescript/pick-ops.ts';
import { registerOps } from './typescript/register-ops.ts';

/** The driver program of the TypeScript SDK: does what it is told, one JSON line each, and tells what the SDK says of itself. */
const held = new HeldClient(say);
serveLines({ ...lifeOps(held), ...directoryOps(held), ...registerOps(held), ...pickOps(held), ...callOps(held), ...loadOps(held) });
