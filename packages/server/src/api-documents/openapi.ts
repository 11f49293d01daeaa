import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyContextConfig, FastifySchema, RouteOptions } from 'fastify';
import { type Carrier, DEFAULT_CARRIERS } from 'keystamp/http';
import type { ServerConfig } from '../config.js';
import { Problem } from '../contract/problem.js';
import type { HttpApp } from '../http-app.js';
import { makePublic } from '../route-table.js';
import { sessionCookie } from '../sessions/session-cookie.js';
import { VERSION } from '../version.js';

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
  'as one use of it, whatever the answer. Errors are problem documents (RFC 9457).';

/**
 * `/openapi.json`, made from the schemas of the routes that are registered after it, and `/docs` to read
 * and try it. Who may call a route is told from its `access`.
 */
export async function registerApiDocuments(app: HttpApp, config: ServerConfig): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Keystamp', description: DESCRIPTION, version: VERSION },
      servers: [{ url: config.publicUrl ?? '/' }],
      components: { securitySchemes: securitySchemes(config) },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url }),
    transformObject: (document) => withOptionalBodies(document as { openapiObject: Document }),
  });
  await app.register(async (scope: HttpApp) => {
    makePublic(scope);
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_POLICY, ...OUR_LOOK });
    scope.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
}

function securitySchemes(config: ServerConfig) {
  return {
    bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
    api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    basic: { type: 'http', scheme: 'basic', description: 'An API key as the password.' },
    session: { type: 'apiKey', in: 'cookie', name: sessionCookie(config).name },
  } as const;
}

const PROBLEM_TYPE = 'application/problem+json';

interface Document {
  readonly paths?: Record<string, Record<string, { requestBody?: RequestBody }>>;
}

interface RequestBody {
  required?: boolean;
  readonly content: Record<string, { schema?: { required?: string[]; minProperties?: number } }>;
}

/** A body that may be empty may be left out; the plugin calls every one required. */
function withOptionalBodies({ openapiObject }: { openapiObject: Document }) {
  for (const operation of Object.values(openapiObject.paths ?? {}).flatMap(Object.values)) {
    const { requestBody } = operation as { requestBody?: RequestBody };
    if (requestBody === undefined) continue;
    requestBody.required = Object.values(requestBody.content).some(
      ({ schema }) => (schema?.required ?? []).length > 0 || (schema?.minProperties ?? 0) > 0,
    );
  }
  return openapiObject;
}

type Documented = FastifySchema & { security?: { [scheme: string]: string[] }[] };

function documented(schema: FastifySchema | undefined, route: RouteOptions): Documented {
  const responses = (schema?.response ?? {}) as object;
  const refused = isOfOAuth(route) ? 'application/json' : PROBLEM_TYPE;
  return {
    ...schema,
    security: securityOf(route),
    response: { ...responses, '4XX': problem('Refused', refused), '5XX': problem('Not available') },
  };
}

const BY_SESSION = [{ session: [] }];

/** By the scheme's name. */
const SCHEMES: readonly (readonly [scheme: string, carrier: Carrier])[] = [
  ['bearer', 'bearer'],
  ['api_key', 'x-api-key'],
  ['basic', 'basic'],
];

const NOTHING = {};

function securityOf({ config = {} }: RouteOptions) {
  switch (config.access ?? 'public') {
    case 'public':
      return [];
    case 'public_or_key':
      return [NOTHING, ...securityByKey(config)];
    case 'session':
    case 'admin_session':
      return BY_SESSION;
    case 'session_or_key':
      return [...BY_SESSION, ...securityByKey(config)];
    case 'key':
      return securityByKey(config);
  }
}

function securityByKey({ carriers = DEFAULT_CARRIERS, keyInBasic }: FastifyContextConfig) {
  const isTaken = (carrier: Carrier) =>
    carriers.carriers.includes(carrier) || (carrier === 'basic' && keyInBasic === true);
  return SCHEMES.filter(([, carrier]) => isTaken(carrier)).map(([scheme]) => ({ [scheme]: [] }));
}

/** OAuth clients read errors in `application/json` alone (RFC 6749 §5.2). */
function isOfOAuth({ url }: RouteOptions): boolean {
  return url.startsWith('/oauth2/');
}

export function problem(description: string, type = PROBLEM_TYPE) {
  return { description, content: { [type]: { schema: Problem } } };
}
