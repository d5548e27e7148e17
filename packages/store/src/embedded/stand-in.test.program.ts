/**
 * Stands in for a Miko that is to be killed: `node stand-in.test.program.ts <data folder> <package folder> [uid]`. Prints
 * `ready <server pid>`, then `ack <id>` per acknowledged row; `log <line>` for the server's log; `refused <code> <message>` when
 * the start fails. With a uid it gives up root after loading, so that the checkout need not be readable by that user.
 */
import { EmbeddedError, startEmbeddedFrom } from './server.ts';
import { startWriters } from './writers.test.support.ts';

const [dataDir = '', packageFolder = '', uid] = process.argv.slice(2);
if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
const say = (line: string) => process.stdout.write(`${line}\n`);
try {
  const server = await startEmbeddedFrom(packageFolder, { dataDir, log: (line) => say(`log ${line}`) });
  say(`ready ${server.pid}`);
  await startWriters(server.connection, (id) => say(`ack ${id}`));
  process.once('SIGTERM', () => void server.stop());
  await server.exited;
} catch (error) {
  if (!(error instanceof EmbeddedError)) throw error;
  say(`refused ${error.code} ${error.message}`);
}
