/** The same promise, rejected where it takes longer than `ms`. The process stays alive for it. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = new Error(`No answer within ${ms} ms.`);
    const timer = setTimeout(() => reject(late), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
