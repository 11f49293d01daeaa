const TICK_MS = 5;

/** Calls `use` so many times a second for a while, and returns how often. Behind after a pause, it catches up. */
export async function pace(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  use: () => void,
): Promise<number> {
  const beganAt = performance.now();
  let done = 0;
  while (performance.now() - beganAt < seconds * 1000) {
    const due = Math.floor(((performance.now() - beganAt) / 1000) * perSecond);
    for (; done < due; done++) use();
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return done;
}
