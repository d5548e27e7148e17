import { exitCodes } from './exit-codes.ts';

/** What Ctrl-C does: it ends a command at once, unless the command has something to put away first. */
const end = (): void => process.exit(exitCodes.interrupted.code);

export function endOnInterrupt(): void {
  process.on('SIGINT', end);
}

/** Ctrl-C belongs to another program on this terminal (an editor) until the answered function is called. */
export function leaveInterruptToOthers(): () => void {
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  process.off('SIGINT', end);
  return () => {
    process.on('SIGINT', end);
    process.off('SIGINT', ignore);
  };
}

export interface StopSignals {
  /** The first signal that asks for the end. */
  readonly first: Promise<NodeJS.Signals>;
  /** Aborted by a second one: whoever asks twice does not want to wait. */
  readonly hurry: AbortSignal;
}

/** From here on SIGINT, SIGTERM and SIGHUP end nothing by themselves. */
export function takeStopSignals(): StopSignals {
  process.off('SIGINT', end);
  const first = Promise.withResolvers<NodeJS.Signals>();
  const hurry = new AbortController();
  let firstAt: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      firstAt ??= performance.now();
      first.resolve(signal);
      // One Ctrl-C comes twice: from the terminal, and passed on by the launcher.
      if (performance.now() - firstAt > 1000) hurry.abort();
    });
  }
  return { first: first.promise, hurry: hurry.signal };
}
