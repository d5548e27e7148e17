import type { Kind } from '@miko/model';
import type { Api } from './api.ts';
import type { Output } from './output.ts';
import type { Settings } from './settings.ts';

/** What every command gets: where to print, and Miko, both made on first use (a wrong setting then fails the command that needs it). */
export interface Call {
  readonly output: Output;
  readonly settings: () => Settings;
  readonly api: () => Api;
  /** Every kind there is, parents before children. Loaded when it is asked for: most commands need none. */
  readonly kinds: () => Promise<readonly Kind[]>;
  /** `--project` as it was typed, where it was: for commands that give the project a meaning of its own. */
  readonly typedProject: string | undefined;
}
