/// <reference path="./oidc-provider.d.ts" />
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './network/free-port.js';

export const CLIENT_ID = 'keystamp';
export const CLIENT_SECRET = 'a-secret-of-the-client';

/** Who is at the provider's sign-in form. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean | string;
}

/** A real provider of OpenID Connect on loopback. Its form signs in at once as `person`. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Null: the person at the form says no. */
  person: Person | null;
  /** Answers before the provider does, and says whether it did. Null: nothing is in the way. */
  inTheWay: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** What a server needs in its environment to be a client of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Signs with a new key from now on, and publishes that one alone. */
  rotateKeys(): void;
  /** Comes back on the same port. */
  start(): Promise<void>;
  /** Cuts all connections. Idempotent. */
  stop(): Promise<void>;
}

export interface IdentityProviderOptions {
  /** Where Keystamp has its public URL. */
  readonly redirectOrigins: readonly string[];
  /** Whether ID tokens carry the address too, not the userinfo endpoint alone. */
  readonly emailInIdToken?: boolean;
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
}

export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const people = new Map<string, Person>();
  let provider = createProvider(issuer, options, people, 'first');
  let server: Server | null = null;
  const self: IdentityProvider = {
    issuer,
    person: null,
    inTheWay: null,
    asked: [],
    env: clientEnv(issuer),
    rotateKeys: () => {
      provider = createProvider(issuer, options, people, 'second');
    },
    start: () =>
      new Promise((resolve) => {
        server = createServer(answer).listen(port, '127.0.0.1', resolve);
      }),
    stop: async () => {
      const stopped = server;
      server = null;
      if (stopped !== null) await cutOff(stopped);
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    self.asked.push(path);
    if (self.inTheWay?.(request, response)) return;
    if (path.startsWith('/interaction/')) {
      if (self.person !== null) people.set(self.person.sub, self.person);
      return answerForm(provider, self.person, request, response);
    }
    // Show the form each time: these tests are not about a session at the provider.
    if (path === '/auth') delete request.headers.cookie;
    await provider.callback()(request, response);
  }

  await self.start();
  return self;
}

function clientEnv(issuer: string): Readonly<Record<string, string>> {
  return {
    KEYSTAMP_OIDC_ISSUER: issuer,
    KEYSTAMP_OIDC_CLIENT_ID: CLIENT_ID,
    KEYSTAMP_OIDC_CLIENT_SECRET: CLIENT_SECRET,
  };
}

async function cutOff(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** Signs in as the person at the form; null: who says no. */
async function answerForm(
  provider: Provider,
  person: Person | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (person === null) {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  const grant = new provider.Grant({ clientId: CLIENT_ID, accountId: person.sub });
  grant.addOIDCScope('openid email');
  const consent = { grantId: await grant.save() };
  const login = { accountId: person.sub };
  await provider.interactionFinished(request, response, { login, consent });
}

function createProvider(
  issuer: string,
  { redirectOrigins, emailInIdToken = true, clientAuthentication }: IdentityProviderOptions,
  people: ReadonlyMap<string, Person>,
  kid: string,
): Provider {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const method = clientAuthentication ?? 'client_secret_basic';
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        token_endpoint_auth_method: method,
        redirect_uris: redirectOrigins.map((origin) => `${origin}/api/auth/oidc/callback`),
      },
    ],
    clientAuthMethods: [method],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' }] },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !emailInIdToken,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ ...people.get(id), sub: id }),
    }),
  });
}
