/** How much more than its share a zone may bear before some of it goes elsewhere (Envoy). */
const OVERPROVISIONING = 1.4;

/**
 * The share of attempts that stay in the client's own zone, 0 to 1: all of them as long as 1 / 1.4 of the zone's
 * registered weight is available.
 */
export function ownZoneShare(availableWeight: number, registeredWeight: number): number {
  return registeredWeight === 0 ? 1 : Math.min(1, (OVERPROVISIONING * availableWeight) / registeredWeight);
}
