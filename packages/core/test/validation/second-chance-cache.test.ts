import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/key-format/api-key.js';
import { SecondChanceCache } from '../../src/validation/second-chance-cache.js';

interface Entry {
  readonly keyHash: string;
  readonly version: number;
  wasUsed: boolean;
}

const hashOf = (n: number) => hashApiKey(`key ${n}`);
const entryOf = (n: number, version = 0): Entry => ({
  keyHash: hashOf(n),
  version,
  wasUsed: false,
});

function createCache(most: number) {
  const removed: Entry[] = [];
  return { cache: new SecondChanceCache<Entry>(most, (entry) => removed.push(entry)), removed };
}

describe('the cache of keys', () => {
  it('finds what was put in last, and nothing else', () => {
    const { cache } = createCache(10);
    cache.set(entryOf(1, 1));
    cache.set(entryOf(1, 2));
    expect(cache.get(hashOf(1))?.version).toBe(2);
    expect(cache.peek(hashOf(1))?.version).toBe(2);
    expect(cache.get(hashOf(2))).toBeUndefined();
    expect(cache.size).toBe(1);
  });

  it('keeps no more than it may, and tells of each that goes', () => {
    const { cache, removed } = createCache(100);
    for (let n = 0; n < 1_000; n++) cache.set(entryOf(n));
    expect(cache.size).toBe(100);
    expect(removed).toHaveLength(900);
    for (const { keyHash } of removed) expect(cache.get(keyHash)).toBeUndefined();
  });

  it('keeps what is looked up again and again, whatever comes and goes', () => {
    const { cache } = createCache(100);
    const hot = entryOf(-1);
    cache.set(hot);
    for (let n = 0; n < 1_000; n++) {
      cache.set(entryOf(n));
      expect(cache.get(hot.keyHash)).toBe(hot);
    }
  });

  it('lets go of the oldest that was not looked up since', () => {
    const { cache, removed } = createCache(3);
    for (const n of [1, 2, 3]) cache.set(entryOf(n));
    cache.get(hashOf(1));
    cache.set(entryOf(4));
    expect(removed.map(({ keyHash }) => keyHash)).toEqual([hashOf(2)]);
  });

  it('takes a new one in where the only one that it may hold is in use', () => {
    const { cache, removed } = createCache(1);
    cache.set({ ...entryOf(1), wasUsed: true });
    cache.set(entryOf(2));
    expect(cache.get(hashOf(2))?.keyHash).toBe(hashOf(2));
    expect(removed.map(({ keyHash }) => keyHash)).toEqual([hashOf(1)]);
  });

  it('looks at few of them to find one to let go, where all are in use', () => {
    const { cache, removed } = createCache(10_000);
    for (let n = 0; n < 10_000; n++) cache.set({ ...entryOf(n), wasUsed: true });
    cache.set({ ...entryOf(10_000), wasUsed: true });
    expect(removed).toHaveLength(1);
    const rested = Array.from({ length: 10_001 }, (_, n) => cache.peek(hashOf(n))).filter(
      (entry) => entry?.wasUsed === false,
    );
    expect(rested).toHaveLength(32);
  });

  it('answers as a map does over any course of things while it is not full', () => {
    const step = fc.record({
      what: fc.constantFrom('set', 'get', 'delete'),
      n: fc.nat({ max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        // As many places as keys: some share one.
        const { cache } = createCache(16);
        const map = new Map<string, Entry>();
        steps.forEach(({ what, n }, version) => {
          const entry = entryOf(n % 16, version);
          if (what === 'get') expect(cache.get(entry.keyHash)).toBe(map.get(entry.keyHash));
          else if (what === 'delete') {
            cache.delete(entry.keyHash);
            map.delete(entry.keyHash);
          } else {
            cache.set(entry);
            map.set(entry.keyHash, entry);
          }
          expect(cache.size).toBe(map.size);
        });
      }),
    );
  });
});
