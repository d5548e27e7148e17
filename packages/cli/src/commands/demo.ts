import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { createApi, type Api } from '../api.ts';
import type { Call } from '../call.ts';
import { findInDataDir } from '../data-dir.ts';
import { Failure } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';
import { plain } from '../output.ts';
import { wordCell } from '../state-words.ts';
import { renderTable } from '../table.ts';

export type DemoVerb = 'kill' | 'stop' | 'start' | 'add' | 'drain';

interface DemoProcess {
  readonly name: string;
  readonly service: string | null;
  readonly state: string;
  readonly pid: number | null;
  readonly port: number | null;
}

interface DemoStatus {
  readonly processes: readonly DemoProcess[];
  /** What the calling process has done since its start; null while it does not run. */
  readonly client: { readonly calls: number; readonly errors: number } | null;
}

/** Acts on the fleet that `npm start` runs, through its supervisor's control socket. */
export async function actOnDemo(call: Call, verb: DemoVerb, name: string): Promise<void> {
  const api = demoApi();
  try {
    const { body } = await api.call<{ readonly message: string }>('POST', '/act', { body: { verb, name }, timeoutMs: 60_000 });
    call.output.result({ text: () => plain(body.message), document: { verb, name, ...body }, lines: [{ verb, name, ...body }] });
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== 'not_found') throw error;
    const { processes } = await fetchStatus(api).catch((): Pick<DemoStatus, 'processes'> => ({ processes: [] }));
    const names = new Set(processes.flatMap(process => [process.name, ...(process.service === null ? [] : [process.service])]));
    throw error.withHints(...didYouMean(name, names), 'See what runs: miko demo status');
  }
}

export async function demoStatus(call: Call): Promise<void> {
  const status = await fetchStatus(demoApi());
  const { processes, client } = status;
  const rows = processes.map(({ name, service, state, pid, port }) => [name, service, wordCell(state), pid, port]);
  call.output.result({
    text: () => renderTable(['NAME', 'SERVICE', 'STATE', 'PID', 'PORT'], rows),
    document: status,
    lines: processes,
  });
  if (client !== null) call.output.note(`The client has made ${client.calls} calls, ${client.errors} of them failed.`);
}

const fetchStatus = async (api: Api): Promise<DemoStatus> => (await api.call<DemoStatus>('GET', '/status')).body;

function demoApi(): Api {
  const found = findInDataDir('demo.sock', process.env, process.cwd());
  if (found === null) throw notRunning();
  // The path of a socket ends at about 107 bytes: in a deep folder the demo leaves a link to it, and of its names the shortest is used.
  const socket = realpathSync(found);
  const fromHere = relative(process.cwd(), socket);
  const api = createApi({ url: new URL('http://demo'), token: null, socketPath: fromHere.length < socket.length ? fromHere : socket });
  return {
    ...api,
    call: async (method, path, options) => {
      try {
        return await api.call(method, path, options);
      } catch (error) {
        // A supervisor that was killed leaves its socket behind.
        if (error instanceof Failure && error.code === 'unreachable') throw notRunning(error);
        throw error;
      }
    },
  };
}

const notRunning = (cause?: unknown): Failure =>
  new Failure('unreachable', 'demo_not_running', 'The demo does not run here', {
    hints: ['Start it with `npm start`, and call this from the same folder (or set MIKO_DATA_DIR).'],
    cause,
  });
