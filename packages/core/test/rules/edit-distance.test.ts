import { describe, expect, it } from 'vitest';
import { editDistance } from '../../src/rules/edit-distance.js';

describe('the edit distance', () => {
  it.each([
    ['scopes', 'scopes', 0],
    ['scope', 'scopes', 1],
    ['scopess', 'scopes', 1],
    ['scoped', 'scopes', 1],
    ['scoeps', 'scopes', 1],
    ['csopes', 'scopes', 1],
    ['', 'scopes', 6],
    ['scopes', '', 6],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('counts a letter that was left out by its price', () => {
    expect(editDistance('LOGLEVEL', 'LOG_LEVEL', 0.5)).toBe(0.5);
    expect(editDistance('LOG_LEVEL', 'LOGLEVEL', 0.5)).toBe(1);
  });
});
