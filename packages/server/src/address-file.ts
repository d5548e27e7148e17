import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';

/**
 * Writes where this Miko answers beside its admin token: a command in that folder finds it, and sends the token nowhere else.
 * It stays when Miko ends, as the token does. Without it (a directory that is only for reading) commands need `MIKO_URL` and `MIKO_TOKEN`.
 */
export function writeAddress(tokenFile: string, url: string, log: Logger): void {
  const file = join(dirname(tokenFile), 'url');
  try {
    writeFileSync(`${file}.new`, `${callable(url)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    log.warn({ err: error }, 'its own address could not be written beside the admin token: commands here need MIKO_URL and MIKO_TOKEN');
  }
}

/**
 * One who listens everywhere is called on this machine. By number where nothing proves who answers: the name may lead to
 * the other family of addresses, where somebody else may listen.
 */
function callable(url: string): string {
  const address = new URL(url);
  const everywhere = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }[address.hostname];
  if (everywhere !== undefined) address.hostname = address.protocol === 'https:' ? 'localhost' : everywhere;
  return address.origin;
}
