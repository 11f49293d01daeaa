const MINUTE = 60_000;

/**
 * Passes the first event on, and then at most one a minute, with the number of events since the last one that was passed
 * on. For lines of the log that strangers can cause. `now`: ms of a monotonic clock.
 */
export function onceAMinute<T>(
  pass: (event: T, events: number) => void,
  now: () => number = () => performance.now(),
): (event: T) => void {
  let passedAt = Number.NEGATIVE_INFINITY;
  let events = 0;
  return (event) => {
    events += 1;
    if (now() - passedAt < MINUTE) return;
    pass(event, events);
    passedAt = now();
    events = 0;
  };
}
