/** The values of the two headers that carry a key, each line of them that came. */
export interface CredentialHeaders {
  readonly apiKeys: readonly string[];
  readonly authorizations: readonly string[];
}

const X_API_KEY = 'x-api-key';
const AUTHORIZATION = 'authorization';

/** From the raw lines (`request.rawHeaders`): Node drops a second `Authorization` and joins a second `X-API-Key`. */
export function credentialsOfRawHeaders(rawHeaders: readonly string[]): CredentialHeaders {
  const apiKeys: string[] = [];
  const authorizations: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    // Its length tells most of them apart.
    if (name.length === X_API_KEY.length && name.toLowerCase() === X_API_KEY) {
      apiKeys.push(rawHeaders[i + 1] as string);
    } else if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) {
      authorizations.push(rawHeaders[i + 1] as string);
    }
  }
  return { apiKeys, authorizations };
}

/**
 * From web `Headers`, which join the lines of a header by commas. No key that a client may send holds a comma;
 * of another scheme's parameters, only one that begins like a line of Bearer or Basic is taken for a line.
 */
export function credentialsOfHeaders(headers: Headers): CredentialHeaders {
  const apiKey = headers.get('x-api-key');
  const authorization = headers.get('authorization');
  return {
    apiKeys: apiKey === null ? [] : apiKey.split(','),
    authorizations: authorization === null ? [] : authorizationLines(authorization),
  };
}

function authorizationLines(joined: string): string[] {
  const parts = joined.split(',');
  return parts.some(isLine) ? parts : [joined];
}

function isLine(part: string): boolean {
  return /^\s*(bearer|basic)(\s|$)/i.test(part);
}
