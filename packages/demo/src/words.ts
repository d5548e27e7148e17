import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { languageName, type Language } from './client-program.ts';
import { CLIENT, services, type Speech } from './plan.ts';
import { shownPath, type Settings } from './settings.ts';

/** What stands above the client's lines: what runs, and what to try. */
export function introduction(settings: Settings, language: Language): string {
  const { url, dataDir } = settings;
  const rate = services.reduce((sum, { callsPerSecond }) => sum + callsPerSecond, 0);
  return `
Miko runs at ${url}; data${existsSync(join(dataDir, 'admin-token')) ? ', logs and the admin token' : ' and logs'} are in ${shownPath(dataDir)}

${services.map(({ service, instances, speech }) => `  ${service.padEnd(8)} ${`1 to ${instances}`.padEnd(7)} ${speeches[speech]}`).join('\n')}
  ${CLIENT.padEnd(8)}         ${languageName[language]}; calls them all ${rate} times a second; it knows their names, the addresses come from Miko

Try in a second shell${settings.isElsewhere ? ':' : ', in this folder:'}
${settings.isElsewhere ? `  export MIKO_URL=${url} MIKO_DATA_DIR=${quoted(dataDir)}\n` : ''}${commands.map(([command, what]) => `  ${command.padEnd(32)} ${what}`).join('\n')}

Ctrl-C stops all of it. From here on, each second: calls, failed calls, p99, where they went
(web 34/33/33% are the shares of web-1, web-2, web-3), and whether the client has Miko.
`;
}

const speeches: Readonly<Record<Speech, string>> = {
  http: 'HTTP; they register themselves, Miko checks /healthz',
  grpc: 'gRPC; they register themselves, Miko asks grpc.health.v1',
  tcp: 'TCP; they know nothing of Miko, registered for them as durable endpoints, checked by connecting',
};

const commands: readonly (readonly [string, string])[] = [
  ['npx miko endpoints web', 'the list that clients get'],
  ['npx miko watch web', 'each change of it as it happens'],
  ['npx miko demo kill web-2', 'kill -9: calls go elsewhere; again with: npx miko demo start web-2'],
  ['npx miko demo stop orders-1', 'in good order: out of the list first, then out of work'],
  ['npx miko demo drain web-3', 'takes it out of use and tells who let go; back with: npx miko undrain web/web-3'],
  ['npx miko demo add web', 'one more'],
  ['npx miko demo kill miko', 'Miko and its database, for 5 s: calls go on with the last list'],
  ['npx miko demo status', 'every process'],
];

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
