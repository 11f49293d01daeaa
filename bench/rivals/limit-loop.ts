import { hash } from 'node:crypto';

/** The least that a check of a hashed key can be: one SHA-256 and one look into a map. */
export class LimitLoop {
  readonly #known: Map<string, object>;

  constructor(apiKeys: readonly string[]) {
    this.#known = new Map(apiKeys.map((apiKey) => [sha256(apiKey), { apiKey: true }]));
  }

  find(apiKey: string): object | undefined {
    return this.#known.get(sha256(apiKey));
  }

  async findAsync(apiKey: string): Promise<object | undefined> {
    return this.#known.get(sha256(apiKey));
  }
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
