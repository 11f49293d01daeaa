import type { IssuedApiKey } from 'keystamp';
import { headerText } from '../../src/routes/forward-auth/identity.js';
import { type Answer, pairsOf } from './send.js';
import type { Seen } from './service.js';

/** The status, and after it whatever is wrong: a status alone means that all else is as promised. */
export function judge(answer: Answer, by: IssuedApiKey | null): string {
  const { status, seen, headers } = answer;
  const faults = seen === null ? [] : faultsOfSeen(seen, by);
  // The service itself says that every cache may keep it.
  const isPrivate = /\bprivate\b/.test(headers['cache-control'] ?? '');
  if (seen !== null && !isPrivate) faults.push('a cache on the way may keep it');
  if (seen === null && status < 400) faults.push('without the service');
  return [status, ...faults, ...faultsOfRefusal(answer)].join(', ');
}

function faultsOfSeen({ rawHeaders }: Seen, by: IssuedApiKey | null): string[] {
  const faults: string[] = [];
  const said = identityIn(rawHeaders);
  if (by === null) faults.push('reached the service');
  else if (said !== identityOf(by)) faults.push(`the service heard of ${said || 'nobody'}`);
  if (hasCredentials(rawHeaders)) faults.push('the key reached the service');
  return faults;
}

const CHALLENGE = /^Basic realm="Keystamp", charset="UTF-8", Bearer( error="invalid_token")?$/;

/** A refusal of Keystamp's: the service has none of these. */
function faultsOfRefusal({ status, headers, seen }: Answer): string[] {
  if (seen !== null) return [];
  const faults: string[] = [];
  const challenge = headers['www-authenticate'];
  if (status === 401 && !CHALLENGE.test(challenge ?? '')) {
    faults.push(`WWW-Authenticate is ${challenge}`);
  }
  if (status === 403 && !challenge?.endsWith('scope="orders:read"')) {
    faults.push(`WWW-Authenticate is ${challenge}`);
  }
  if ((status === 503) !== (headers['retry-after'] === '1')) {
    faults.push(`Retry-After is ${headers['retry-after']}`);
  }
  return faults;
}

/** Of any spelling that a framework may take for the headers: CGI knows no difference between `-` and `_`. */
function identityIn(rawHeaders: readonly string[]): string {
  return (
    pairsOf(rawHeaders)
      .map(([name, value]) => [name.replaceAll('_', '-'), value] as const)
      // nginx leaves out a header that would be empty.
      .filter(([name, value]) => name.startsWith('x-keystamp-') && value !== '')
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(' ')
  );
}

function identityOf({ key }: IssuedApiKey): string {
  return [
    `x-keystamp-key-id=${key.id}`,
    ...(key.scopes.length === 0 ? [] : [`x-keystamp-scopes=${key.scopes.join(' ')}`]),
    `x-keystamp-user=${headerText(key.userId)}`,
  ].join(' ');
}

function hasCredentials(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some(
    (text) => /^(x[-_]api[-_]key|authorization)$/i.test(text) || /ks_/.test(text),
  );
}
