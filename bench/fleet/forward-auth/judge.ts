import type { CreatedKey } from './keys.js';
import type { Answer } from './send.js';

/** The status, and after it whatever is wrong: a status alone means that all else is as promised. */
export function judge({ status, headers, seen }: Answer, by: CreatedKey | null): string {
  const faults: string[] = [];
  if (seen !== null) {
    const told = identityIn(seen.rawHeaders);
    if (by === null) faults.push('reached the service');
    else if (told !== identityOf(by)) faults.push(`the service was told ${told || 'nobody'}`);
    if (hasCredentials(seen.rawHeaders)) faults.push('the key reached the service');
  }
  if (seen === null && status < 400) faults.push('without the service');
  if (status === 401 && !headers['www-authenticate']) faults.push('without WWW-Authenticate');
  if (status === 503 && !headers['retry-after']) faults.push('without Retry-After');
  return [status, ...faults].join(', ');
}

/** Of any spelling that a framework may take for the headers: CGI knows no difference between `-` and `_`. */
function identityIn(rawHeaders: readonly string[]): string {
  const told: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase().replaceAll('_', '-');
    // nginx leaves out a header that would be empty.
    if (name.startsWith('x-keystamp-') && rawHeaders[i + 1] !== '') {
      told.push(`${name}=${rawHeaders[i + 1]}`);
    }
  }
  return told.sort().join(' ');
}

function identityOf({ userId, key }: CreatedKey): string {
  const user = encodeURIComponent(userId).replace(/%(3A|40|2F)/g, decodeURIComponent);
  return [
    `x-keystamp-key-id=${key.id}`,
    ...(key.scopes.length === 0 ? [] : [`x-keystamp-scopes=${key.scopes.join(' ')}`]),
    `x-keystamp-user=${user}`,
  ].join(' ');
}

function hasCredentials(rawHeaders: readonly string[]): boolean {
  return rawHeaders.some((text) => /^(x-api-key|authorization)$/i.test(text) || /ks_/.test(text));
}
