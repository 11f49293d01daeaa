import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, Schema } from './document.js';

/** The schemas of an API document, to hold values to them: types, formats, patterns and what they refer to. */
export class DocumentSchemas {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor({ components }: ApiDocument) {
    addFormats.default(this.#ajv);
    const schemas = JSON.parse(absolute(components.schemas));
    this.#ajv.addSchema({ $id: 'api', components: { schemas } });
  }

  /** What is wrong with `value` by `schema`, where it stands in the document. Null: nothing. */
  faultOf(schema: Schema, value: unknown): string | null {
    const text = absolute(schema);
    const validate = this.#compiled.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#compiled.set(text, validate);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors);
  }
}

/** With references that hold outside of the document too. */
function absolute(schema: unknown): string {
  return JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
}
