import { API_DATE } from '../api.ts';
import type { Call } from '../call.ts';
import { Failure } from '../failure.ts';
import { plain } from '../output.ts';
import { ownVersion } from '../own-version.ts';

interface ServerVersion {
  readonly version: string;
  /** Oldest first. */
  readonly api_dates: readonly string[];
  readonly newest_api_date: string;
}

/** This command's version and the Miko's, and the API dates each speaks. Where Miko does not answer, exit 8 after its own. */
export async function version(call: Call): Promise<void> {
  const { url } = call.settings();
  const asked = await call
    .api()
    .call<ServerVersion>('GET', '/version')
    .catch((error: unknown) => {
      if (error instanceof Failure) return error;
      throw error;
    });
  const server = asked instanceof Failure ? null : asked.body;
  const document = { command: { version: ownVersion(), api_date: API_DATE }, server: server === null ? null : { url: url.origin, ...server } };
  const own = `miko ${document.command.version}, speaks the API date ${API_DATE}`;
  const other = server === null ? '' : `Miko ${plain(server.version)} at ${url.origin}, speaks ${server.api_dates.map(date => plain(date)).join(', ')}`;
  call.output.result({ text: () => `${own}\n${other}`, document, lines: [document] });
  if (asked instanceof Failure) throw asked;
  if (server !== null && !server.api_dates.includes(API_DATE)) call.output.warn(`This Miko does not speak ${API_DATE}: use a command of its own version.`);
}
