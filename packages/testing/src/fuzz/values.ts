import * as fc from 'fast-check';
import type { Parameter, Schema } from '../api-document/document.js';
import type { DocumentSchemas } from '../api-document/schemas.js';
import { NAMED_VALUES } from './stand-ins.js';

/** Texts that servers take badly: marks, halves of characters, controls, what looks like code or a path. */
export const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\nb',
  '\u202eabc',
  '\u200b',
  '\ud800',
  '\ufeff',
  '👩‍💻',
  'İ'.repeat(60),
  'é'.normalize('NFD').repeat(40),
  'x'.repeat(5_000),
  "'; drop table users; --",
  '%',
  '_',
  '\\',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e999',
  '9'.repeat(40),
  '0x10',
  'NaN',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '-000001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '00000000-0000-0000-0000-000000000000',
  'urn:uuid:5f0c7a52-8a3e-4c1b-9d3e-2b1f6a7c8d90',
];

const oddText = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

/** Any value of JSON, also numbers that no integer of the database holds. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, [], {}, 0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308),
  fc.jsonValue(),
  fc.constant(nested(60)),
);

function nested(depth: number): unknown {
  return depth === 0 ? [] : [nested(depth - 1)];
}

/** Makes values of the document's schemas: mostly such as fit. */
export class SchemaValues {
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #checks: DocumentSchemas;

  constructor(schemas: Readonly<Record<string, Schema>>, checks: DocumentSchemas) {
    this.#schemas = schemas;
    this.#checks = checks;
  }

  /** What fits. `name`: of the field or parameter; some have values that the server knows. */
  fitting(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const { $ref, examples = [] } = schema;
    if ($ref !== undefined) return this.fitting(this.#named($ref), name);
    const made = this.#byKind(schema);
    const known = [...examples, ...(NAMED_VALUES[name] ?? [])];
    return known.length === 0
      ? made
      : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, made);
  }

  /** What fits a parameter. */
  forParameter({ name, schema, example }: Parameter): fc.Arbitrary<unknown> {
    const examples = example === undefined ? [] : [example];
    return this.fitting({ examples, ...schema }, name);
  }

  #named($ref: string): Schema {
    return this.#schemas[$ref.split('/').at(-1) ?? ''] ?? {};
  }

  #byKind(schema: Schema): fc.Arbitrary<unknown> {
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const branches = schema.oneOf ?? schema.anyOf;
    if (branches !== undefined) return fc.oneof(...branches.map((each) => this.fitting(each)));
    return fc.oneof(...[schema.type ?? []].flat().map((type) => this.#ofType(type, schema)));
  }

  #ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number':
        return fc.integer({ min: schema.minimum ?? -1_000_000, max: schema.maximum ?? 1_000_000 });
      case 'array':
        return fc.array(this.fitting(schema.items ?? {}), {
          maxLength: schema.maxItems ?? 5,
          size: 'small',
        });
      case 'object':
        return this.#ofFields(schema);
      default:
        return this.#text(schema);
    }
  }

  #ofFields({ properties = {}, required = [], additionalProperties }: Schema) {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, this.fitting(each, name)]),
    );
    const known = fc.record(fields, { requiredKeys: [...required] });
    if (typeof additionalProperties !== 'object') return known;
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/);
    return fc.dictionary(name, this.fitting(additionalProperties), { maxKeys: 4 });
  }

  #text(schema: Schema): fc.Arbitrary<unknown> {
    const { format, pattern, minLength = 0, maxLength = 300 } = schema;
    if (format === 'date-time') {
      const dates = {
        min: new Date('1970-01-01'),
        max: new Date('2100-01-01'),
        noInvalidDate: true,
      };
      return fc.date(dates).map((time) => time.toISOString());
    }
    if (format === 'uuid') return fc.uuid();
    const isPlain = pattern !== undefined && !pattern.includes('\\p') && pattern.length < 100;
    const text = isPlain
      ? fc.stringMatching(new RegExp(pattern, 'u'), { size: 'small' })
      : fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
    // Where a made one does not fit, a plain word does, in every schema that has no example.
    return text.map((each) => (this.#checks.faultOf(schema, each) === null ? each : 'orders:read'));
  }
}
