import { setTimeout as sleep } from 'node:timers/promises';

/** What a request costs here: 1 to 3 ms of waiting, so that some are always under way when a process is killed. */
export const work = (): Promise<void> => sleep(1 + Math.random() * 2);
