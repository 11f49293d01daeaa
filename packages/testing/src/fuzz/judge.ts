import {
  type Answer,
  type ApiDocument,
  type Operation,
  operationsOf,
  type Schema,
} from '../api-document/document.js';
import { DocumentSchemas } from '../api-document/schemas.js';
import type { FuzzAnswer, SentRequest } from './send.js';

/** What any request may get, by the description of the document: no operation lists it. */
const OF_ANY_REQUEST = [400, 405, 413, 414, 415, 417, 431];
/** These always have the headers that the document names. A 403 has a challenge for want of a scope alone. */
const ALWAYS_WITH_HEADERS = [401, 429, 503];
const PROBLEM: Schema = { $ref: '#/components/schemas/Problem' };
/** A proxy asks by the method of its client; the document names one. */
const BY_ANY_METHOD = /^\/(verify|ext-authz)(\/|$)/;

/** Holds answers to the document: the status, the type of the content, the schema of the body and the headers. */
export class Judge {
  readonly #operations: ReturnType<typeof operationsOf>;
  readonly #schemas: DocumentSchemas;

  constructor(document: ApiDocument) {
    this.#operations = operationsOf(document);
    this.#schemas = new DocumentSchemas(document);
  }

  /** What is wrong with the answer. Null: nothing. `secrets`: texts that no answer repeats. */
  faultOf(sent: SentRequest, answer: FuzzAnswer, secrets: readonly string[]): string | null {
    const { status, body } = answer;
    if (status >= 500) return `status ${status}: ${body}`;
    // A person who opens an address of the page, which the document does not describe.
    if (this.#operationOf(sent) === null && typeOf(answer) === 'text/html') return null;
    if (secrets.some((secret) => body.includes(secret))) return 'the answer repeats a key';
    const operation = this.#operationOf(sent);
    const described = operation?.responses[status];
    if (described !== undefined) return this.#faultByDocument(sent, answer, described);
    if (operation !== null && !OF_ANY_REQUEST.includes(status))
      return `${operation.operationId}: status ${status} is not documented: ${body}`;
    return this.#faultOfUnlisted(sent, answer);
  }

  #operationOf({ method, path }: SentRequest): Operation | null {
    const steps = (path.split('?', 1)[0] ?? '').split('/');
    const asked = method === 'HEAD' ? 'GET' : method;
    const found = this.#operations.find(
      (each) =>
        (each.method === asked || BY_ANY_METHOD.test(each.path)) && matches(each.path, steps),
    );
    return found?.operation ?? null;
  }

  #faultByDocument({ method }: SentRequest, answer: FuzzAnswer, described: Answer): string | null {
    const expected = ALWAYS_WITH_HEADERS.includes(answer.status) ? described.headers : {};
    const missing = Object.keys(expected ?? {}).filter(
      (name) => answer.headers[name.toLowerCase()] === undefined,
    );
    if (missing.length > 0) return `status ${answer.status} without ${missing.join(', ')}`;
    if (method === 'HEAD') return answer.body === '' ? null : 'a body of an answer to HEAD';
    const { content = {} } = described;
    const type = typeOf(answer);
    if (Object.keys(content).length === 0)
      return answer.body === '' ? null : `status ${answer.status} with a body of ${type}`;
    const media = content[type];
    if (media === undefined) return `status ${answer.status} as ${type} is not documented`;
    return this.#faultOfBody(answer, type, media.schema);
  }

  /** Of no operation, or of every one. */
  #faultOfUnlisted({ method }: SentRequest, answer: FuzzAnswer): string | null {
    const { status } = answer;
    if (status !== 404 && !OF_ANY_REQUEST.includes(status))
      return `status ${status} where no operation is: ${answer.body.slice(0, 200)}`;
    if (status === 405 && answer.headers['allow'] === undefined) return '405 without Allow';
    if (method === 'HEAD') return answer.body === '' ? null : 'a body of an answer to HEAD';
    const type = typeOf(answer);
    if (type !== 'application/problem+json') return `status ${status} as ${type}`;
    return this.#faultOfBody(answer, type, PROBLEM);
  }

  #faultOfBody({ status, body }: FuzzAnswer, type: string, schema: Schema): string | null {
    const value = type.endsWith('json') ? parsed(body) : body;
    if (value === undefined) return `status ${status}: the body is not JSON: ${body}`;
    const fault = this.#schemas.faultOf(schema, value);
    return fault === null ? null : `status ${status}: ${fault}: ${body}`;
  }
}

function typeOf({ headers }: FuzzAnswer): string {
  return String(headers['content-type'] ?? 'no type').split(';', 1)[0] as string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The path of an operation, step by step. */
function matches(path: string, steps: readonly string[]): boolean {
  const expected = path.split('/');
  const isFurther = path.startsWith('/ext-authz/') && steps.length > expected.length;
  return (
    (steps.length === expected.length || isFurther) &&
    expected.every((step, i) => step === steps[i] || step.startsWith('{'))
  );
}
