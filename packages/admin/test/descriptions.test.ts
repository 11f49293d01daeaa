import fc from 'fast-check';
import { isMetadataName, isMetadataValue, MAX_METADATA_PAIRS } from 'keystamp/rules';
import { expect, test } from 'vitest';
import {
  metadataOf,
  metadataProblem,
  metadataText,
  noteProblem,
} from '../src/features/api-keys/dialogs/descriptions.ts';
import { wholeKey } from './support/api-keys.ts';

const anyMetadata = fc.dictionary(
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/).filter(isMetadataName),
  fc.string({ maxLength: 200 }).filter(isMetadataValue),
  { maxKeys: MAX_METADATA_PAIRS, noNullPrototype: true },
);

test('metadata that is stored is the same after a look at its text', () => {
  fc.assert(
    fc.property(anyMetadata, (metadata) => {
      expect(metadataOf(metadataText(metadata))).toEqual(metadata);
    }),
  );
});

test('spaces around a name and the sign count for nothing, and empty lines neither', () => {
  expect(metadataOf('team=billing\n\n  plan =  gold\nurl = https://example.com/?a=b')).toEqual({
    team: 'billing',
    plan: ' gold',
    url: 'https://example.com/?a=b',
  });
});

test.each([
  ['team', '"team": expected a name, “=” and a value.'],
  ['my team = billing', /^"my team": expected a name of 1 to 40/],
  ['= billing', /^"": expected a name/],
  [`team = ${'x'.repeat(201)}`, /^team: expected a text of at most 200/],
  ['team = a\nteam = b', 'team stands there twice.'],
  [Array.from({ length: 17 }, (_, n) => `n${n} = 1`).join('\n'), 'At most 16 pairs.'],
  [`token = ${wholeKey()}`, /looks like an API key/],
])('what is wrong with metadata is named: %j', (text, problem) => {
  expect(metadataProblem(text)).toMatch(problem);
});

test('a note of several lines is fine, one of 501 characters is not, nor one with a key', () => {
  expect(noteProblem('Ask Ada.\nNightly at 2.')).toBeUndefined();
  expect(noteProblem('x'.repeat(500))).toBeUndefined();
  expect(noteProblem('x'.repeat(501))).toBe('At most 500 characters. These are 501.');
  expect(noteProblem(`use ${wholeKey()}`)).toMatch(/looks like an API key/);
  expect(noteProblem('a\u202eb')).toMatch(/Visible characters/);
});
