import { describe, expect, it } from 'vitest';
import { generateApiKey } from '../../src/key-format/api-key.js';
import { holdsApiKey, mayHoldApiKey } from '../../src/key-format/index.js';

const { apiKey, keyPrefix } = generateApiKey('ks');
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

describe('K1 a text that may give a key away', () => {
  it.each([
    ['a whole key', apiKey],
    ['one within other text', `why does "${apiKey}" fail?`],
    ['one with a wrong character', apiKey.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['one without its checksum', apiKey.slice(0, -6)],
    ['one that lacks two of its secret', apiKey.slice(0, -8)],
    ['one under a label in capitals', apiKey.replace('ks', 'KS')],
    ['one under a label of another', apiKey.replace('ks', 'acme7')],
    ['one under two labels', `my_${apiKey}`],
    ['one that lost its label', apiKey.slice(2)],
  ])('%s', (_, text) => {
    expect(mayHoldApiKey(text)).toBe(true);
  });

  it.each([
    ['a prefix', keyPrefix],
    ['a SHA-1 after an underscore', `deploy_${sha1}`],
    ['a UUID after an underscore', 'job_b7a0c2f0-0000-4000-8000-000000000001'],
    ['a name in snake case', 'nightly_export_of_all_orders_to_the_warehouse_in_frankfurt'],
    ['many underscores', '_'.repeat(5_000)],
    ['a long word', 'x'.repeat(200)],
    ['nothing', ''],
  ])('is not %s', (_, text) => {
    expect(mayHoldApiKey(text)).toBe(false);
    expect(holdsApiKey(text)).toBe(false);
  });
});
