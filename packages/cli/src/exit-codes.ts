/** What the command's end says to a script. The table is printed by `miko --help` and stands in docs/cli.md. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  error: { code: 1, meaning: 'an error that is none of the others' },
  usage: { code: 2, meaning: 'the command line is wrong, or Miko refused a value in it' },
  not_found: { code: 3, meaning: 'no such object, endpoint, file or process' },
  login_needed: { code: 4, meaning: 'no token, or one that Miko does not know' },
  denied: { code: 5, meaning: 'the token may not do that' },
  conflict: { code: 6, meaning: 'something else stands in the way: another owner, a newer state, a limit' },
  timed_out: { code: 7, meaning: 'it did not happen in the time given' },
  unreachable: { code: 8, meaning: 'Miko (or the demo) does not answer, or is not ready' },
  not_started: { code: 127, meaning: 'miko run could not start its program' },
  interrupted: { code: 130, meaning: 'stopped by Ctrl-C' },
} as const;

export type ExitName = keyof typeof exitCodes;

/** The exit that stands for an HTTP status of Miko's problem answers. */
export function exitOfStatus(status: number): ExitName {
  switch (status) {
    case 400:
      return 'usage';
    case 401:
      return 'login_needed';
    case 403:
      return 'denied';
    case 404:
    case 410:
      return 'not_found';
    case 409:
    case 412:
    case 422:
    case 428:
      return 'conflict';
    case 504:
      return 'timed_out';
    case 429:
    case 502:
    case 503:
      return 'unreachable';
    default:
      return 'error';
  }
}
