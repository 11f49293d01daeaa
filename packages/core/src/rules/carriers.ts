/** The ways in which a request may carry a key, in the order in which messages name them. */
export const CARRIERS = ['x-api-key', 'bearer', 'basic'] as const;

/**
 * A way in which a request may carry a key: `X-API-Key`, `Authorization: Bearer` (RFC 6750), or the password of
 * `Authorization: Basic` (RFC 7617), beside any user name.
 */
export type Carrier = (typeof CARRIERS)[number];

export function isCarrier(value: unknown): value is Carrier {
  return CARRIERS.includes(value as Carrier);
}
