import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyInstance } from 'fastify';
import type { FastifySchemaCompiler } from 'fastify/types/schema.js';

const RULES = {
  // All wrong fields are named at once. Bodies are small and lists in them bounded.
  allErrors: true,
  verbose: true,
  removeAdditional: false,
  allowUnionTypes: true,
  strictTypes: false,
} as const;

/**
 * Checks requests by their schemas: nothing unknown passes, nothing is dropped. Bodies are taken as
 * they come; queries and paths are text, and become numbers and booleans where the schema says so.
 */
export function checkRequestsBySchema(app: Pick<FastifyInstance, 'setValidatorCompiler'>): void {
  const build = AjvCompiler();
  const asSent = build({}, { customOptions: { ...RULES, coerceTypes: false } });
  const fromText = build({}, { customOptions: { ...RULES, coerceTypes: true } });
  const compile: FastifySchemaCompiler<unknown> = (route) =>
    (route.httpPart === 'body' ? asSent : fromText)(route as never) as never;
  app.setValidatorCompiler(compile as never);
}
