import { isApiKeyShape } from './api-key-shape.js';

/** Laravel Sanctum's secrets have 40 characters and more. */
const TOKEN = /^\d{1,20}\|([!-~]{16,})$/;

/**
 * The secret of a token like `7|…`: the number of its row, `|`, and the secret, of which Laravel Sanctum stores the SHA-256
 * (https://laravel.com/docs/sanctum#issuing-api-tokens). Null: another text. A key of ours is none, whatever stands before it.
 */
export function secretAfterId(text: string): string | null {
  const secret = TOKEN.exec(text)?.[1];
  return secret === undefined || isApiKeyShape(secret) ? null : secret;
}
