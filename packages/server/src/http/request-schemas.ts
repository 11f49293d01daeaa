import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyInstance } from 'fastify';
import type { FastifySchemaCompiler } from 'fastify/types/schema.js';

const RULES = {
  verbose: true,
  removeAdditional: false,
  allowUnionTypes: true,
  strictTypes: false,
} as const;

/** Input with more values gets its first error only: an error for each would delay every other request. */
const MAX_VALUES_TOLD_ALL = 1_000;

/** As Fastify calls it: false, and then `errors`. */
interface Validate {
  (value: unknown): boolean;
  errors?: unknown;
}
type Compile = (route: unknown) => Validate;

/**
 * Checks requests by their schemas: nothing unknown passes, nothing is dropped. Bodies are taken as
 * they come; queries and paths are text, and become numbers and booleans where the schema says so.
 */
export function checkRequestsBySchema(app: Pick<FastifyInstance, 'setValidatorCompiler'>): void {
  const asSent = compilerOf(false);
  const fromText = compilerOf(true);
  const compile: FastifySchemaCompiler<unknown> = (route) =>
    (route.httpPart === 'body' ? asSent : fromText)(route) as never;
  app.setValidatorCompiler(compile as never);
}

/** Stops at the first error, where a list's length is judged before its items; only small input is then checked for all errors. */
function compilerOf(coerceTypes: boolean): Compile {
  const build = AjvCompiler();
  const compilerWith = (allErrors: boolean) =>
    build({}, { customOptions: { ...RULES, coerceTypes, allErrors } }) as unknown as Compile;
  const toFirst = compilerWith(false);
  const toLast = compilerWith(true);
  return (route) => {
    const judge = toFirst(route);
    const judgeAll = toLast(route);
    const validate: Validate = (value) => {
      if (judge(value)) return true;
      const isSmall = countValues(value, MAX_VALUES_TOLD_ALL) < MAX_VALUES_TOLD_ALL;
      const judged = isSmall && !judgeAll(value) ? judgeAll : judge;
      validate.errors = judged.errors;
      return false;
    };
    return validate;
  };
}

/** The values in `value`, itself and those within; counts no further than `most`, and goes no deeper. */
function countValues(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const name in value) {
    if (count >= most) break;
    count += countValues((value as Record<string, unknown>)[name], most - count);
  }
  return count;
}
