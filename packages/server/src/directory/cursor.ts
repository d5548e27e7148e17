import { createHash } from 'node:crypto';
import type { Audience } from '@miko/model';

/**
 * A cursor says up to which revision a reader of a subscription has everything, and which Miko said so. It is opaque to
 * clients; one that is unreadable, of another Miko or of another subscription is no error: its reader gets a snapshot.
 */
export const subscriptionOf = (project: string, services: readonly string[] | null, audience: Audience): string =>
  hashOf([project, services === null ? null : [...new Set(services)].sort(), audience]);

/** The same of objects: their kind, the project they lie in, the API date they are shown in, the one project (`own`) a caller is bound to. */
export const objectSubscriptionOf = (kind: string, project: string | null, apiDate: string, own: string | null): string =>
  hashOf(['objects', kind, project, apiDate, own]);

const hashOf = (subscription: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(subscription)).digest('hex').slice(0, 12);

export const cursorOf = (installation: string, revision: number, subscription: string): string =>
  `${installation.slice(0, 8)}.${revision.toString(36)}.${subscription}`;

/** The revision a cursor stands for, or null where it says nothing here. */
export function revisionOf(cursor: string, installation: string, subscription: string): number | null {
  const match = /^([0-9a-f]{8})\.([0-9a-z]{1,11})\.([0-9a-f]{12})$/.exec(cursor);
  if (match === null || match[1] !== installation.slice(0, 8) || match[3] !== subscription) return null;
  const revision = Number.parseInt(match[2]!, 36);
  return Number.isSafeInteger(revision) ? revision : null;
}
