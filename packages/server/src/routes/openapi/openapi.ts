import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { ServerConfig } from '../../config/config.js';
import { asciiJson } from '../../http/ascii-json.js';
import type { HttpApp } from '../../http/http-app.js';
import { makePublic } from '../../http/route-table.js';
import { VERSION } from '../../version.js';
import { type Documented, nameSchemas } from './named-schemas.js';
import { refusalAnswers } from './refusals.js';
import { securityOf, securitySchemes } from './security.js';

/** The interface sets style attributes from HTML, which the policy of the page forbids. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The layout without the bar that holds the logo of the interface, and none of its icons. */
const OUR_LOOK = {
  theme: { title: 'Keystamp: HTTP API', favicon: [] },
  uiConfig: { layout: 'BaseLayout' },
};

const DESCRIPTION =
  'API keys that know when they were last used. A key in a request decides alone; a request counts ' +
  'as one use of it, whatever the answer. Errors are problem documents (RFC 9457). Each operation lists the statuses of its ' +
  'refusals, and the codes of each: `type` is `urn:keystamp:problem:<code>`. Any request may also get 400 (not HTTP), 405 (another method ' +
  'than these), 413 or 415 (a body where none is expected), 414 (a part of the path is too long), 431 (headers that are too large) or 500 (a fault of the server).';

const TAGS = [
  {
    name: 'API keys',
    description:
      'List, make, change, disable, rotate, revoke and delete keys, and read what happened to them.',
  },
  { name: 'Forward auth', description: 'The question of a proxy: may this request pass?' },
  { name: 'OAuth 2.0', description: 'Introspection and revocation, for resource servers.' },
  { name: 'Users', description: 'Whom keys belong to. For administrators.' },
  { name: 'Sign-in', description: 'Sessions of people, by cookie.' },
  { name: 'Set-up', description: 'The first administrator.' },
  { name: 'Operations', description: 'Health and metrics.' },
];

/**
 * `/openapi.json`, made from the schemas of the routes that are registered after it, and `/docs` to read
 * and try it. Who may call a route, and how it refuses, follow from its `config` and its
 * schemas.
 */
export async function registerApiDocuments(app: HttpApp, config: ServerConfig): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Keystamp',
        description: DESCRIPTION,
        version: VERSION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: config.publicUrl ?? '/' }],
      tags: TAGS,
      components: { securitySchemes: securitySchemes(config) },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url }),
    transformObject: (document) => {
      const { openapiObject } = document as { openapiObject: Documented };
      markOptionalBodies(openapiObject);
      nameSchemas(openapiObject);
      return openapiObject;
    },
  });
  await app.register(async (scope: HttpApp) => {
    makePublic(scope);
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_POLICY, ...OUR_LOOK });
    scope.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
      reply.type('application/json').serializer(asciiJson).send(JSON.stringify(app.swagger())),
    );
  });
}

interface RequestBody {
  required?: boolean;
  readonly content: Record<string, { schema?: { required?: string[]; minProperties?: number } }>;
}

/** A body that may be empty may be left out; the plugin calls every one required. */
function markOptionalBodies({ paths }: Documented): void {
  for (const operation of Object.values(paths ?? {}).flatMap(Object.values)) {
    const { requestBody } = operation as { requestBody?: RequestBody };
    if (requestBody === undefined) continue;
    requestBody.required = Object.values(requestBody.content).some(
      ({ schema }) => (schema?.required ?? []).length > 0 || (schema?.minProperties ?? 0) > 0,
    );
  }
}

function documented(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  return {
    ...schema,
    security: securityOf(route),
    response: { ...successAnswers(schema?.response as Answers), ...refusalAnswers(route) },
  };
}

type Answers = Readonly<Record<string, object>> | undefined;

/** The plugin demands a description of each answer, and makes up one. */
function successAnswers(answers: Answers = {}): object {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      { 'x-response-description': STATUS_CODES[status], ...answer },
    ]),
  );
}
