/**
 * Which overdue sessions end, and which are held because too many went at once.
 * A network that breaks between Miko and a zone looks like the death of everything in it: then the list keeps
 * what it had, shows it as unknown, and waits for the sessions, for an operator, or for the time box.
 */
export interface ExpiryRules {
  /** A group in trouble has lost at least this many endpoints ... */
  readonly leastEndpoints: number;
  /** ... and at least this share of those it had. */
  readonly leastShare: number;
  readonly holdForMs: number;
}

export const expiryRules: ExpiryRules = { leastEndpoints: 5, leastShare: 0.5, holdForMs: 300_000 };
/** How long a lapse counts towards a mass expiry. */
export const LAPSE_WINDOW_MS = 30_000;

/** A service in a zone. */
export interface Group {
  /** Its endpoints registered now, the overdue ones among them. */
  readonly registered: number;
  /** Its endpoints that expired within the lapse window. */
  readonly lapsed: number;
}

export interface Overdue {
  readonly session: string;
  /** Milliseconds since it was first held; null: it is not. */
  readonly heldMs: number | null;
  /** The group of each of its endpoints. */
  readonly groups: readonly string[];
}

export interface ExpiryPlan {
  readonly expire: readonly string[];
  readonly hold: readonly string[];
}

/** Pure: the same observation gives the same plan. A session is one unit: it is held whole when any of its groups is in trouble. */
export function planExpiry(
  overdue: readonly Overdue[],
  groups: ReadonlyMap<string, Group>,
  rules: ExpiryRules = expiryRules,
): ExpiryPlan {
  const overdueIn = new Map<string, number>();
  for (const session of overdue) {
    for (const group of session.groups) overdueIn.set(group, (overdueIn.get(group) ?? 0) + 1);
  }
  const inTrouble = (name: string): boolean => {
    const { registered, lapsed } = groups.get(name) ?? { registered: 0, lapsed: 0 };
    const lost = (overdueIn.get(name) ?? 0) + lapsed;
    return lost >= rules.leastEndpoints && lost >= rules.leastShare * (registered + lapsed);
  };
  const expire: string[] = [];
  const hold: string[] = [];
  for (const session of overdue) {
    const timeIsUp = session.heldMs !== null && session.heldMs >= rules.holdForMs;
    if (timeIsUp || !session.groups.some(inTrouble)) expire.push(session.session);
    else hold.push(session.session);
  }
  return { expire, hold };
}
