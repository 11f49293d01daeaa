import { expect, it } from 'vitest';
import { BoundedCounts } from '../../src/audit/bounded-counts.js';

it('holds 1,000 names: later ones are counted together, whoever makes them up', () => {
  const counts = new BoundedCounts();
  for (let i = 0; i < 1_000; i++) counts.count(`n${i}`);
  for (let i = 0; i < 50; i++) counts.count('late');
  counts.count('n7');
  const { names, others } = counts.summary();
  expect(names).toMatchObject({ n7: 2 });
  expect(names).not.toHaveProperty('late');
  expect(Object.keys(names)).toHaveLength(10);
  expect(others).toBe(1_000 - 10 + 50);
});

it('takes any text for a name', () => {
  const counts = new BoundedCounts();
  for (const name of ['__proto__', 'constructor', '']) counts.count(name);
  expect(JSON.stringify(counts.summary().names)).toBe('{"__proto__":1,"constructor":1,"":1}');
});
