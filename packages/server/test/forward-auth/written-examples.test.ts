import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createKeyServer, type KeyServer } from '../support/key-server.js';

/** How a gateway that is not run here asks Keystamp, as its example in `deploy/` says. */
interface Asking {
  /** What the gateway asks: its own path, or a prefix of the client's. */
  readonly url: string;
  readonly allowed: 200 | 204;
  /** Headers of the client that Keystamp gets, of Keystamp's answer that the service gets, and that a refused client gets. */
  readonly sent: readonly string[];
  readonly toService: readonly string[];
  readonly toClient: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: what YAML holds has no types.
type Found = any;

const CHALLENGE = ['WWW-Authenticate'];
const IDENTITY = ['x-keystamp-key-id', 'x-keystamp-scopes', 'x-keystamp-user'];

/** The documents of an example, by their kind; of one without kinds, `whole`. */
function documentsOf(path: string): Found {
  const text = readFileSync(new URL(`../../../../deploy/${path}`, import.meta.url), 'utf8');
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  return Object.fromEntries(
    documents.map((document) => {
      if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
      const value = document.toJS();
      return [value?.kind ?? 'whole', value];
    }),
  );
}

const exact = (list: Found): string[] => list.patterns.map((each: Found) => each.exact);

const EXAMPLES: Readonly<Record<string, (documents: Found) => Asking>> = {
  'envoy/envoy.yaml': ({ whole }) => {
    const [
      {
        filter_chains: [chain],
      },
    ] = whole.static_resources.listeners;
    const { typed_config: filter } = chain.filters[0].typed_config.http_filters[1];
    const { path_prefix: url, authorization_response: answer } = filter.http_service;
    return {
      url,
      allowed: 200,
      sent: ['authorization', ...exact(filter.allowed_headers)],
      toService: exact(answer.allowed_upstream_headers),
      toClient: exact(answer.allowed_client_headers),
    };
  },
  'envoy/envoy-gateway.yaml': ({ SecurityPolicy }) => {
    const { headersToExtAuth: sent, http } = SecurityPolicy.spec.extAuth;
    const { path: url, headersToBackend: toService } = http;
    return { url, allowed: 200, sent, toService, toClient: CHALLENGE };
  },
  'envoy/gateway-api.yaml': ({ HTTPRoute }) => {
    const { http } = HTTPRoute.spec.rules[0].filters[1].externalAuth;
    const { path: url, allowedHeaders, allowedResponseHeaders: toService } = http;
    return {
      url,
      allowed: 200,
      sent: ['Authorization', ...allowedHeaders],
      toService,
      toClient: CHALLENGE,
    };
  },
  'envoy/istio.yaml': ({ IstioOperator }) => {
    const { envoyExtAuthzHttp: asks } = IstioOperator.spec.meshConfig.extensionProviders[0];
    return {
      url: asks.pathPrefix,
      allowed: 200,
      sent: asks.includeRequestHeadersInCheck,
      toService: asks.headersToUpstreamOnAllow,
      toClient: asks.headersToDownstreamOnDeny,
    };
  },
  'forward-auth/apisix.yaml': ({ whole }) => {
    const asks = whole.routes[1].plugins['forward-auth'];
    const { request_headers: sent, upstream_headers: toService, client_headers } = asks;
    // 503 alone has this one.
    const toClient = client_headers.filter((name: string) => name !== 'Retry-After');
    return { url: pathOf(asks.uri), allowed: 204, sent, toService, toClient };
  },
  'forward-auth/traefik.yml': ({ whole }) => {
    const asks = whole.http.middlewares.keystamp.forwardAuth;
    const pattern = new RegExp(asks.authResponseHeadersRegex.replace('(?i)', ''), 'i');
    const toService = IDENTITY.filter((name) => pattern.test(name));
    const { authRequestHeaders: sent } = asks;
    return { url: pathOf(asks.address), allowed: 204, sent, toService, toClient: CHALLENGE };
  },
};

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

let server: KeyServer;

beforeAll(async () => {
  server = await createKeyServer({ env: { KEYSTAMP_TRUST_PROXY: '127.0.0.1' } });
});
afterAll(() => server.close());

/** A question about a request of a client, with those of its headers that the gateway sends on. */
function ask({ url, allowed, sent }: Asking, headers: Record<string, string>) {
  const names = sent.map((name) => name.toLowerCase());
  const passed = Object.entries(headers).filter(([name]) => names.includes(name.toLowerCase()));
  const path = allowed === 200 ? `${url}/orders/7?page=2` : url;
  const own = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-uri': '/orders/7?page=2' };
  return server.app.inject({ url: path, headers: { ...own, ...Object.fromEntries(passed) } });
}

describe.each(Object.entries(EXAMPLES))('%s, asked as it says', (path, read) => {
  const asking = read(documentsOf(path));

  it('lets a key pass in either header, and tells the service whose it is', async () => {
    const { apiKey } = await server.issue({ scopes: ['orders:read'] });
    for (const headers of [{ 'X-API-Key': apiKey }, { Authorization: `Bearer ${apiKey}` }]) {
      const answer = await ask(asking, headers as Record<string, string>);
      expect(answer.statusCode).toBe(asking.allowed);
      const told = asking.toService.map((name) => name.toLowerCase()).sort();
      expect(told).toEqual(IDENTITY);
      expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(told));
    }
  });

  it('refuses a request without a key, and a key without the scope', async () => {
    const { apiKey } = await server.issue({ scopes: ['other'] });
    for (const [status, headers] of [
      [401, {}],
      [403, { 'X-API-Key': apiKey }],
    ] as const) {
      const answer = await ask(asking, headers as Record<string, string>);
      expect(answer.statusCode).toBe(status);
      const told = asking.toClient.map((name) => name.toLowerCase());
      expect(told).toContain('www-authenticate');
      expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(told));
    }
  });
});
