import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { mayHoldApiKey } from 'keystamp/shape';
import type { FieldError } from '../contract/problem.js';

/** One error of the schema compiler; `parentSchema` and `data` are there because it runs verbose. */
interface SchemaError extends FastifySchemaValidationError {
  parentSchema?: Schema;
  data?: unknown;
}

interface Schema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}

const MAX_ERRORS = 20;

/**
 * The wrong fields of a request, each once, by their names on the wire. What is expected is the
 * `description` of the field's schema, so that the documentation and the errors say the same.
 * A wrong value is described by its type alone: it may be a secret.
 */
export function fieldErrorsOf(errors: SchemaError[], part = 'body'): FieldError[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((e) => e.schemaPath);
  const byField = new Map<string, FieldError>();
  for (const error of errors) {
    if (unions.some((path) => error.schemaPath.startsWith(`${path}/`))) continue;
    const found = describe(error, part);
    if (!byField.has(found.field)) byField.set(found.field, found);
    if (byField.size === MAX_ERRORS) break;
  }
  return [...byField.values()];
}

function describe(error: SchemaError, part: string): FieldError {
  const at = fieldName(error.instancePath);
  const known = error.parentSchema?.properties ?? {};
  if (error.keyword === 'required') {
    const name = String(error.params['missingProperty']);
    return { field: join(at, name), message: `missing; expected ${expected(known[name])}` };
  }
  if (error.keyword === 'additionalProperties') {
    const name = printable(String(error.params['additionalProperty']));
    return { field: join(at, name), message: `unknown; expected ${listOf(Object.keys(known))}` };
  }
  const message = `expected ${expected(error.parentSchema)}`;
  const got = error.keyword === 'type' ? `, got ${kindOf(error.data)}` : '';
  return { field: at === '' ? nameOf(part) : at, message: message + got };
}

/** `/keys/0/id` → `keys[0].id`. */
function fieldName(path: string): string {
  return path
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${printable(step)}`))
    .join('')
    .replace(/^\./, '');
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

/** Names are the caller's text: anything but a plain short name is not repeated, and no key. */
function printable(name: string): string {
  const isPlain = /^[\w.-]{1,60}$/.test(name);
  return isPlain && !mayHoldApiKey(name) ? name : '(unprintable)';
}

function nameOf(part: string): string {
  if (part === 'querystring') return 'query';
  return part === 'params' ? 'path' : part;
}

function expected(schema: Schema | undefined): string {
  if (schema === undefined) return 'a value';
  if (schema.description !== undefined) return lowerFirst(schema.description);
  const choices = schema.enum ?? schema.anyOf?.map((branch) => branch.const);
  if (choices?.every((choice) => choice !== undefined)) return `one of ${choices.join(', ')}`;
  const types = [schema.type ?? 'value'].flat();
  return types.map((type) => TYPE_NAMES[type] ?? type).join(' or ');
}

function listOf(names: string[]): string {
  return names.length === 0 ? 'no fields' : `one of ${names.join(', ')}`;
}

function lowerFirst(text: string): string {
  const isAcronym = /^[A-Z][A-Z]/.test(text);
  return (isAcronym ? text : text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '');
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  array: 'a list',
};

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value === undefined ? 'nothing' : null);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'text' : (TYPE_NAMES[typeof value] ?? typeof value);
}
