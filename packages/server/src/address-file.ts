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

/** One who listens everywhere is called at this machine's name for itself. */
function callable(url: string): string {
  const address = new URL(url);
  if (address.hostname === '0.0.0.0' || address.hostname === '[::]') address.hostname = 'localhost';
  return address.origin;
}
