import type {} from '@fastify/swagger';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { OTHER_USER_PROBLEM } from '../../src/contract/for-user.js';
import type { HttpApp } from '../../src/http/http-app.js';

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Record<string, { readonly example?: unknown }>;
  };
  readonly responses: Record<string, Answer>;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { readonly schema: object; readonly example?: unknown }>;
}

export type Paths = Record<string, Record<string, Operation>>;

/** A proxy asks by the method of its client; the document names one. */
const ANY_METHOD = /^\/(verify|ext-authz)/;

/** What any request may get, which no operation lists. */
const LISTED_NOWHERE = [405, 431, 500];

/**
 * Makes every request that a test injects fail where the answer is a refusal that the API document does not list for the
 * operation, by its status and its `type`.
 */
export function holdToDocument(app: HttpApp): void {
  const inject = app.inject.bind(app) as (
    options: InjectOptions,
  ) => Promise<LightMyRequestResponse>;
  const held = async (options: InjectOptions) => {
    const answer = await inject(options);
    if (answer.statusCode >= 400) requireListed(app, options, answer);
    return answer;
  };
  app.inject = held as typeof app.inject;
}

function requireListed(app: HttpApp, options: InjectOptions, answer: LightMyRequestResponse): void {
  const operation = operationOf(app.swagger().paths as unknown as Paths, options);
  if (operation === null) return;
  const { operationId } = operation;
  if (!isListed(operation, answer))
    throw new Error(`${operationId}: ${answer.statusCode} is not listed: ${answer.body}`);
  // The page alone says for whom a request is made.
  const types = [OTHER_USER_PROBLEM, ...typesOf(app, operation.responses[answer.statusCode])];
  if (answer.body === '' || types.length === 1 || types.includes(answer.json().type)) return;
  throw new Error(`${operationId}: the type is not listed: ${answer.body}`);
}

interface ProblemSchema {
  readonly $ref?: string;
  readonly oneOf?: readonly ProblemSchema[];
  readonly allOf?: readonly ProblemSchema[];
  readonly properties?: { readonly type?: { readonly enum?: readonly string[] } };
}

/** Every `type` that the document lists for an answer. */
function typesOf(app: HttpApp, { content = {} }: Partial<Answer> = {}): string[] {
  const { components } = app.swagger() as unknown as {
    components: { schemas: Record<string, ProblemSchema> };
  };
  const inside = ({ $ref, oneOf = [], allOf = [], properties }: ProblemSchema): string[] => {
    const whole =
      $ref === undefined ? [] : [components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}];
    return [...(properties?.type?.enum ?? []), ...[...whole, ...oneOf, ...allOf].flatMap(inside)];
  };
  return Object.values(content).flatMap(({ schema }) => inside(schema as ProblemSchema));
}

function isListed({ responses, requestBody }: Operation, answer: LightMyRequestResponse): boolean {
  const { statusCode } = answer;
  if (String(statusCode) in responses || LISTED_NOWHERE.includes(statusCode)) return true;
  // A body where the document names none.
  if (requestBody === undefined && (statusCode === 413 || statusCode === 415)) return true;
  // As below. An answer to HEAD does not have a body.
  const isBare = answer.body === '';
  return statusCode === 409 && (isBare || answer.json().type === OTHER_USER_PROBLEM);
}

function operationOf(paths: Paths, { method = 'GET', url, path = url }: InjectOptions) {
  const asked = String(path).split('?', 1)[0] as string;
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  for (const [pattern, item] of Object.entries(paths)) {
    if (matches(pattern, asked)) return item[ANY_METHOD.test(pattern) ? 'get' : verb] ?? null;
  }
  return null;
}

/** The paths with a parameter come after those without that they would match too. */
function matches(pattern: string, path: string): boolean {
  const steps = path.split('/');
  const expected = pattern.split('/');
  return (
    steps.length === expected.length &&
    expected.every((step, i) => step === steps[i] || (step.startsWith('{') && steps[i] !== ''))
  );
}
