import { type Static, type TSchema, Type } from 'typebox';

/**
 * A value or null, as `type: [<type>, "null"]`: one error for a wrong value, where `anyOf` gives three.
 * `schema` states one plain `type`.
 */
export function Nullable<Schema extends TSchema>(schema: Schema) {
  const { type, ...rest } = schema as TSchema & { type?: string };
  return Type.Unsafe<Static<Schema> | null>({ ...rest, type: [type, 'null'] });
}
