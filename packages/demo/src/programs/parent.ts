import type { ChildMessage } from '../messages.ts';

/** The supervisor, as the processes that it started see it. */
export function tellParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/**
 * Ends with the supervisor, at once: whatever ended it, Miko goes with it, so there is nothing to leave in good order.
 * `leave` runs once, on SIGTERM.
 */
export function underSupervisor(leave: () => Promise<void>): void {
  process.once('disconnect', () => process.exit(0));
  // It may have gone while this process was being loaded, when nobody listened.
  if (!process.connected) process.exit(0);
  process.once('SIGTERM', () => {
    leave().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** The name and the number that the supervisor gave this process. */
export function slot(): { readonly service: string; readonly instance: string; readonly zone: string } {
  const [service, instance, zone] = process.argv.slice(2);
  if (service === undefined || instance === undefined || zone === undefined) throw new Error('started without service, instance and zone: this program is a part of the demo');
  return { service, instance, zone };
}
