/** The values of the two headers that carry a key, each line of them that came. */
export interface CredentialHeaders {
  readonly apiKeys: readonly string[];
  readonly authorizations: readonly string[];
}

/** From the raw lines (`request.rawHeaders`): Node drops a second `Authorization` and joins a second `X-API-Key`. */
export function credentialsOfRawHeaders(rawHeaders: readonly string[]): CredentialHeaders {
  const apiKeys: string[] = [];
  const authorizations: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    if (name === 'x-api-key') apiKeys.push(rawHeaders[i + 1] as string);
    else if (name === 'authorization') authorizations.push(rawHeaders[i + 1] as string);
  }
  return { apiKeys, authorizations };
}
