/** Something that is measured beside others: one round does its work once and tells how much, in whatever unit all of them share. */
export interface Contestant {
  readonly name: string;
  round(): Promise<number>;
}

/** The results of each contestant, in the order of the turns. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** A trial of the programs, not of what they measure: one turn of each. Its figures are not kept. */
export const isTrial = process.env['KEYSTAMP_BENCH_TRIAL'] === '1';

/**
 * Runs all contestants in turn, `turns` times, and begins each time with another one: the machine is noisy, and
 * what it does to one it does to its neighbours in time. The first `warmUps` turns do not count.
 */
export async function interleave(
  contestants: readonly Contestant[],
  wanted: { turns: number; warmUps?: number },
): Promise<Samples> {
  const { turns, warmUps = 1 } = isTrial ? { turns: 1 } : wanted;
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let turn = 0; turn < warmUps + turns; turn++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(turn + i) % contestants.length] as Contestant;
      await breathe();
      const result = await contestant.round();
      if (turn >= warmUps) samples.get(contestant.name)?.push(result);
    }
  }
  return samples;
}

/** Rounds that never wait for anything outside would keep timers and sockets from their turn. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** How many a second, where `work` does `count` of them. */
export async function ratePerSecond(count: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (count / (performance.now() - from)) * 1000;
}

export function samplesOf(samples: Samples, name: string): readonly number[] {
  const found = samples.get(name);
  if (found === undefined || found.length === 0) throw new Error(`Nothing was measured of ${name}`);
  return found;
}

export function medianOf(samples: Samples, name: string): number {
  return median(samplesOf(samples, name));
}

/** The median of the ratios of each turn: what slowed a whole turn down cancels out. */
export function ratioOf(samples: Samples, name: string, other: string): number {
  const others = samplesOf(samples, other);
  return median(samplesOf(samples, name).map((value, turn) => value / (others[turn] as number)));
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which the share `p` of the values lies; between two of them, in proportion. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new Error('No values to take a percentile of');
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
