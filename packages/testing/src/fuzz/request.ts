import * as fc from 'fast-check';
import {
  type ApiDocument,
  type Operation,
  operationsOf,
  type Parameter,
} from '../api-document/document.js';
import { DocumentSchemas } from '../api-document/schemas.js';
import { ODD_TEXTS, oddValue, SchemaValues } from './values.js';

/** A request as it is made from the seed: with stand-ins for what only the server knows. */
export interface FuzzRequest {
  readonly operationId: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly caller: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Null: none. A text that no UTF-8 holds is sent as Latin-1. */
  readonly body: string | null;
}

export const CALLERS = [
  'nobody',
  'admin session',
  'user session',
  'admin key',
  'user key',
  'reading key',
  'writing key',
  'introspecting key',
  'revoked key',
  'unknown key',
  'key as a password',
  'two keys',
  'key and session',
  'ended session',
];

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'FOO',
];

const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['accept', 'text/html'],
  ['accept', 'application/xml;q=1'],
  ['accept-encoding', 'gzip, br'],
  ['origin', 'https://elsewhere.example'],
  ['origin', 'null'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-dest', 'image'],
  ['x-forwarded-for', '203.0.113.7, ::1'],
  ['x-forwarded-uri', '/orders?api_key=a'],
  ['x-forwarded-uri', '\u00ff%zz'],
  ['x-forwarded-method', 'DELETE'],
  ['x-forwarded-host', 'a\u00e4:99999'],
  ['forwarded', 'for=;;'],
  ['host', 'elsewhere.example'],
  ['host', '[::1'],
  ['idempotency-key', 'one'],
  ['idempotency-key', 'a b'],
  ['idempotency-key', 'x'.repeat(256)],
  ['if-none-match', '*'],
  ['range', 'bytes=0-1'],
  ['content-encoding', 'gzip'],
  ['expect', '100-continue'],
  ['x-http-method-override', 'DELETE'],
  ['x-keystamp-user', 'ada'],
  ['cookie', 'keystamp=; keystamp=%zz; a'],
  ['authorization', 'Bearer'],
  ['authorization', 'Basic Og=='],
  ['authorization', 'Basic \u00ff'],
  ['authorization', 'Digest username="a"'],
  ['x-api-key', ''],
  ['x-api-key', 'not-a-key'],
  ['traceparent', '00-00-00-00'],
  ['x-long', 'x'.repeat(20_000)],
  ['x-longer', 'x'.repeat(70_000)],
];

const ODD_TYPES = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'multipart/form-data',
  ';;',
  '',
  'APPLICATION/JSON',
];

const ODD_BODIES = [
  '',
  'null',
  '[]',
  '0',
  '"text"',
  '{',
  '{"a":1}{"b":2}',
  '{"name":"a","name":"b"}',
  '{"__proto__":{"is_admin":true},"name":"a"}',
  '{"constructor":{"prototype":{}}}',
  '{"name":"\\ud800"}',
  '{"name":"\u00ff\u00fe"}',
  '\ufeff{}',
  '{"grace_seconds":1e999}',
  '{"grace_seconds":123456789012345678901234567890}',
  `{"name":"${'x'.repeat(20_000)}"}`,
  `{"keys":[${'{},'.repeat(1_500)}{}]}`,
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  'token=a&token=b',
  'token=%zz&=&&scope=%00',
];

const ODD_QUERIES = [
  '',
  '?',
  '?&&=',
  '?a=b',
  '?limit=1&limit=2',
  '?cursor=%00',
  '?api_key=a',
  '?q=%ff',
  '?metadata.team=billing',
  '?metadata.=x',
  '?__proto__=1',
  `?q=${'x'.repeat(9_000)}`,
];

/** Requests to the operations of the document: such as fit, and such as do not, in each part. */
export function fuzzRequests(document: ApiDocument): fc.Arbitrary<FuzzRequest> {
  const schemas = document.components.schemas;
  const values = new SchemaValues(schemas, new DocumentSchemas(document));
  return fc.oneof(...operationsOf(document).map((each) => requestOf(each, values)));
}

function requestOf(
  { path, method, operation }: ReturnType<typeof operationsOf>[number],
  values: SchemaValues,
): fc.Arbitrary<FuzzRequest> {
  const { operationId, parameters = [] } = operation;
  const inPlace = (place: Parameter['in']) => parameters.filter((each) => each.in === place);
  return fc
    .record({
      method: mostly(fc.constant(method), fc.constantFrom(...METHODS)),
      path: mostly(
        filledPath(path, inPlace('path'), values),
        fc.constantFrom(...ODD_TEXTS).map((text) => spoiled(path, text)),
      ),
      query: mostly(queryOf(inPlace('query'), values), fc.constantFrom(...ODD_QUERIES)),
      caller: mostly(fc.constantFrom(...likelyCallers(operation)), fc.constantFrom(...CALLERS)),
      headers: headersOf(inPlace('header'), values),
      body: bodyOf(operation, values),
    })
    .map(({ path: filled, query, headers, body, ...rest }) => ({
      ...rest,
      operationId,
      path: filled + query,
      headers: [...headers, ...body.headers],
      body: body.text,
    }));
}

/** Callers whom the operation may let in. */
function likelyCallers({ operationId, security }: Operation): string[] {
  const schemes = security.flatMap((each) => Object.keys(each));
  if (schemes.length === 0) return ['nobody'];
  if (operationId === 'introspectToken') return ['introspecting key'];
  const byKey = ['admin key', 'user key', 'reading key', 'writing key'];
  return [
    ...(schemes.includes('session') ? ['admin session', 'admin session', 'user session'] : []),
    ...(schemes.includes('bearer') ? byKey : []),
  ];
}

function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

function filledPath(path: string, parameters: readonly Parameter[], values: SchemaValues) {
  const parts = parameters.map((parameter) =>
    mostly(values.forParameter(parameter), fc.constantFrom(...ODD_TEXTS)).map(
      (value) => [parameter.name, asText(value)] as const,
    ),
  );
  return fc
    .tuple(...parts)
    .map((filled) =>
      filled.reduce((text, [name, value]) => text.replace(`{${name}}`, () => encoded(value)), path),
    );
}

/** A path that has no route, or another than it seems. */
function spoiled(path: string, text: string): string {
  const plain = path.replace(/\{\w+\}/, '@@key0@@');
  const odd = encoded(text).slice(0, 2_000);
  return `${plain}${text.length % 2 === 0 ? '/' : ''}${odd.length > 0 ? odd : '/..//%zz'}`;
}

function queryOf(parameters: readonly Parameter[], values: SchemaValues): fc.Arbitrary<string> {
  const pairs = parameters.map((parameter) =>
    mostly(values.forParameter(parameter), oddValue).map(
      (value) => `${parameter.name}=${encoded(asText(value))}`,
    ),
  );
  return fc
    .subarray(pairs, { maxLength: Math.min(pairs.length, 4) })
    .chain((chosen) => fc.tuple(...chosen))
    .map((texts) => (texts.length === 0 ? '' : `?${texts.join('&')}`));
}

function headersOf(parameters: readonly Parameter[], values: SchemaValues) {
  const own = parameters.map((parameter) =>
    values.forParameter(parameter).map((value) => [parameter.name, asText(value)] as const),
  );
  const odd = fc.subarray([...ODD_HEADERS], { maxLength: 2 });
  const none: fc.Arbitrary<readonly (readonly [string, string])[]> = fc.constant([]);
  return fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: fc.tuple(...own) }, odd);
}

interface Body {
  readonly text: string | null;
  readonly headers: readonly (readonly [string, string])[];
}

function bodyOf({ requestBody }: Operation, values: SchemaValues): fc.Arbitrary<Body> {
  const [type = 'application/json', media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const typed = (text: string, as: string): Body => ({ text, headers: [['content-type', as]] });
  const odd = fc.oneof(
    fc.constantFrom(...ODD_BODIES).map((text) => typed(text, type)),
    fc
      .tuple(fc.constantFrom(...ODD_BODIES), fc.constantFrom(...ODD_TYPES))
      .map(([text, as]) => typed(text, as)),
    oddValue.map((value) => typed(written(value, type), type)),
  );
  const none = fc.constant<Body>({ text: null, headers: [] });
  if (media === undefined) return fc.oneof({ weight: 9, arbitrary: none }, odd);
  const fits = values.fitting(media.schema);
  const nearly = fc.tuple(fits, fc.string(), oddValue, fc.nat()).map(spoilField);
  return fc.oneof(
    { weight: 5, arbitrary: fits.map((value) => typed(written(value, type), type)) },
    { weight: 2, arbitrary: nearly.map((value) => typed(written(value, type), type)) },
    { weight: 1, arbitrary: none },
    { weight: 1, arbitrary: odd },
  );
}

/** One field wrong, one too many or one too few. */
function spoilField([value, name, odd, choice]: [unknown, string, unknown, number]): unknown {
  if (typeof value !== 'object' || value === null) return odd;
  const entries = Object.entries(value);
  const at = entries.length === 0 ? 0 : choice % entries.length;
  if (choice % 3 === 0 || entries.length === 0) return { ...value, [name]: odd };
  if (choice % 3 === 1) return Object.fromEntries(entries.filter((_, i) => i !== at));
  return Object.fromEntries(entries.map(([key, each], i) => [key, i === at ? odd : each]));
}

function written(value: unknown, type: string): string {
  if (!type.includes('urlencoded')) return JSON.stringify(value) ?? 'null';
  const isObject = typeof value === 'object' && value !== null;
  return Object.entries(isObject ? value : { token: value })
    .map(([name, each]) => `${encoded(name)}=${encoded(asText(each))}`)
    .join('&');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** As `encodeURIComponent`, and also for halves of characters. Stand-ins stay as they are. */
function encoded(text: string): string {
  return /^@@\w+@@(,@@\w+@@)*$/.test(text)
    ? text
    : encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}
