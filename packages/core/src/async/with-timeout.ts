/** No answer arrived in time. The work may still be done. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The same promise, rejected with a `LateError` where it takes longer than `ms`. The process stays alive for it. */
export function withTimeout<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new TimeoutError(`No answer within ${ms} ms.`));
    // Timers run before what has arrived is read: a process that stood still must not blame others for its own delay.
    const timer = setTimeout(() => setImmediate(giveUp), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
