import { plainDate, relativeTime } from '@keystamp/server/contract/relative-time';

const MINUTE_MS = 60_000;
const units = [
  ['minute', MINUTE_MS, 60],
  ['hour', 60 * MINUTE_MS, 24],
  ['day', 24 * 60 * MINUTE_MS, 30],
] as const;

/** When a key expires, for eyes: "in 3 days" below 30 days, then a plain date; behind us as any past time. */
export function expiryWording(expiresAt: Date, now: Date): string {
  const leftMs = expiresAt.getTime() - now.getTime();
  if (leftMs <= 0) return relativeTime(expiresAt, now);
  for (const [unit, unitMs, below] of units) {
    // Rounded up, so that a key made for 7 days begins with "in 7 days".
    const count = Math.ceil(leftMs / unitMs);
    if (count <= below) return inFuture(count, unit);
  }
  return plainDate(expiresAt);
}

/** Made once: it costs more to make than to use. */
let format: Intl.RelativeTimeFormat | undefined;

function inFuture(count: number, unit: Intl.RelativeTimeFormatUnit): string {
  format ??= new Intl.RelativeTimeFormat();
  return format.format(count, unit);
}
