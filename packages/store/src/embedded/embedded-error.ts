/**
 * What can go wrong with the embedded PostgreSQL. `code` is stable; the message says what the operator can do about it.
 *
 * - `unsupported`: no PostgreSQL binaries are shipped for this platform
 * - `binaries_unusable`: they are not installed, or cannot be run by the user PostgreSQL runs as
 * - `data_folder`: the data folder is not readable, belongs to somebody else, or is damaged
 * - `wrong_version`: the data was written by another major version of PostgreSQL
 * - `initialise_failed`: initdb failed; nothing half-made stays behind
 * - `in_use`: another living Miko, or a server started by hand, holds the data folder
 * - `stuck`: processes of an earlier PostgreSQL do not end
 * - `start_failed`: the server ended, or refused the first connection; the message carries the last lines of its log
 * - `start_timeout`: the server runs but took no connection in time
 */
export type EmbeddedErrorCode =
  | 'unsupported'
  | 'binaries_unusable'
  | 'data_folder'
  | 'wrong_version'
  | 'initialise_failed'
  | 'in_use'
  | 'stuck'
  | 'start_failed'
  | 'start_timeout';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
