/** So many workers, each of which begins the next call when its last is answered. */
export async function atOnce(
  workers: number,
  count: number,
  call: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: workers }, work));
}
