import { isLoopbackName } from './loopback-name.js';
import { type Environment, notSet, withoutUser, wrong } from './wrong-variable.js';

/** A client of an OpenID Connect provider, as `KEYSTAMP_OIDC_*` name it. */
export interface OidcSettings {
  /** https, or http on loopback. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Our own origin: where browsers begin, and where the provider sends them back to. */
  readonly publicUrl: string;
}

const OIDC_ISSUER = 'KEYSTAMP_OIDC_ISSUER';

/** All three or none. The provider sends people back to the public URL, and so must know it. */
export function readOidcSettings(
  env: Environment,
  host: string,
  ownUrl: string | null,
): OidcSettings | null {
  const names = [OIDC_ISSUER, 'KEYSTAMP_OIDC_CLIENT_ID', 'KEYSTAMP_OIDC_CLIENT_SECRET'];
  const [issuer, clientId, clientSecret] = names.map((name) => env[name]);
  if (!issuer && !clientId && !clientSecret) return null;
  const others = 'the other KEYSTAMP_OIDC_ variables';
  if (!issuer) throw notSet(OIDC_ISSUER, others);
  if (!clientId) throw notSet('KEYSTAMP_OIDC_CLIENT_ID', others);
  if (!clientSecret) throw notSet('KEYSTAMP_OIDC_CLIENT_SECRET', others);
  const found = issuerUrl(issuer);
  for (const name of names.slice(1)) {
    if (!/^[\x20-\x7e]+$/.test(env[name] ?? '')) throw wrong(name, null, 'printable ASCII');
  }
  if (ownUrl !== null) return { issuer: found, clientId, clientSecret, publicUrl: ownUrl };
  // Reported already if it is wrong, or missing beyond loopback.
  if (env['KEYSTAMP_PUBLIC_URL'] || !isLoopbackName(host)) return null;
  throw notSet('KEYSTAMP_PUBLIC_URL', `${OIDC_ISSUER}: the provider sends people back to it`);
}

/** What ID tokens name as `iss`. https, because anybody on the way could otherwise sign in as any user. */
function issuerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackName(url.hostname));
  const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (isSafe && isPlain && !url.pathname.includes('/.well-known/')) return url;
  const expected = 'the https URL of the issuer, without what comes from /.well-known/ on';
  throw wrong(OIDC_ISSUER, withoutUser(text), `${expected}, like https://id.example.com`);
}
