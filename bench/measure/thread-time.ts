import { readFileSync } from 'node:fs';

const file = '/proc/self/schedstat';
const isReported = canRead();

/**
 * How long this thread has run so far, in ms: on Linux the time that it had a core, elsewhere the clock. A machine that
 * others share takes the core away for a while, which says nothing of what runs there. What V8's helper threads
 * collect beside it is not in it.
 */
export function threadTime(): number {
  if (!isReported) return performance.now();
  return Number(readFileSync(file, 'latin1').split(' ', 1)[0]) / 1e6;
}

function canRead(): boolean {
  try {
    return Number(readFileSync(file, 'latin1').split(' ', 1)[0]) > 0;
  } catch {
    return false;
  }
}

/** How many in a second of this thread's own time, where `work` does `count` of them and waits for nothing outside. */
export async function ratePerThreadSecond(
  count: number,
  work: () => Promise<void>,
): Promise<number> {
  const from = threadTime();
  await work();
  return (count / (threadTime() - from)) * 1000;
}
