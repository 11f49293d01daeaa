import {
  type ApiDocument,
  examplesOf,
  operationsOf,
  type Schema,
} from '@keystamp/testing/api-document/document';
import { DocumentSchemas } from '@keystamp/testing/api-document/schemas';
import { startIdentityProvider } from '@keystamp/testing/identity-provider';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestServer } from '../support/test-server.js';

const PUBLIC_URL = 'http://localhost:4747';

let document: ApiDocument;
let text: string;

beforeAll(async () => {
  const provider = await startIdentityProvider({ redirectOrigins: [PUBLIC_URL] });
  const env = { ...provider.env, KEYSTAMP_PUBLIC_URL: PUBLIC_URL };
  const server = await createTestServer({ env, pageFolder: '/nowhere' });
  text = (await server.app.inject({ url: '/openapi.json' })).body;
  document = JSON.parse(text);
  await server.close();
  await provider.stop();
});

/** Every schema of the document, with where it stands. Not the values of examples. */
function schemasIn(value: unknown, at = ''): { at: string; schema: Schema }[] {
  if (typeof value !== 'object' || value === null || /\/(example|examples)$/.test(at)) return [];
  const inside = Object.entries(value).flatMap(([name, each]) => schemasIn(each, `${at}/${name}`));
  const isSchema = ['type', 'enum', 'const', 'properties', '$ref', 'oneOf'].some(
    (word) => word in value,
  );
  return isSchema ? [{ at, schema: value as Schema }, ...inside] : inside;
}

describe('the schemas of the API document', () => {
  it('have a name where they are objects, and where a list of values stands more than once', () => {
    const places = schemasIn(document.paths).concat(schemasIn(document.components.schemas, ''));
    const unnamed = places.filter(
      ({ at, schema }) => [schema.type].flat().includes('object') && !/^\/[A-Za-z]+$/.test(at),
    );
    expect(unnamed).toEqual([]);
    const lists = places.flatMap(({ schema }) =>
      (schema.enum ?? []).length < 2 ? [] : [JSON.stringify(schema.enum)],
    );
    expect(lists.length).toBeGreaterThan(8);
    expect(lists.filter((each, i) => lists.indexOf(each) !== i)).toEqual([]);
  });

  it('have patterns that ECMAScript compiles with u, without escapes that other engines lack', () => {
    const patterns = schemasIn(document).flatMap(({ schema }) => schema.pattern ?? []);
    expect(patterns.length).toBeGreaterThan(20);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
      expect([pattern, /\\[uc]/.test(pattern)]).toEqual([pattern, false]);
    }
  });

  it('are sent in ASCII, so that a pattern shows the marks that it holds', () => {
    expect(/^[\x20-\x7e]+$/.test(text)).toBe(true);
    expect(text).toContain('\\u202a-\\u202e');
  });
});

describe('the examples of the API document', () => {
  it('stand at every parameter, body and answer', () => {
    for (const { operation } of operationsOf(document)) {
      const { operationId, parameters = [], requestBody, responses } = operation;
      const contents = [requestBody?.content, ...Object.values(responses).map((a) => a.content)];
      for (const media of contents.flatMap((content) => Object.values(content ?? {})))
        expect([operationId, media.schema, examplesOf(media).length]).not.toContain(0);
      for (const { name, example } of parameters)
        expect([operationId, name, example]).not.toContain(undefined);
    }
  });

  it('are what their schemas say', () => {
    const schemas = new DocumentSchemas(document);
    let seen = 0;
    for (const { at, schema } of schemasIn(document)) {
      for (const example of schema.examples ?? []) {
        expect([at, example, schemas.faultOf(schema, example)]).toEqual([at, example, null]);
        seen++;
      }
    }
    for (const { operation } of operationsOf(document)) {
      const { operationId, parameters = [], requestBody, responses } = operation;
      for (const { name, schema, example } of parameters) {
        const fault = schemas.faultOf(schema, example);
        expect([operationId, name, fault]).toEqual([operationId, name, null]);
        seen++;
      }
      const contents = [requestBody?.content, ...Object.values(responses).map((a) => a.content)];
      for (const media of contents.flatMap((content) => Object.values(content ?? {}))) {
        for (const example of examplesOf(media)) {
          const fault = schemas.faultOf(media.schema, example);
          expect([operationId, example, fault]).toEqual([operationId, example, null]);
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(200);
  });

  it('of schemas that nothing fits are noticed', () => {
    const schemas = new DocumentSchemas(document);
    const answer = { $ref: '#/components/schemas/ApiKeyAnswer' };
    expect(schemas.faultOf(answer, { info: {}, as_of: 'yesterday' })).toContain('date-time');
    expect(schemas.faultOf(answer, { info: {}, as_of: 'yesterday' })).toContain("'key_prefix'");
  });
});
