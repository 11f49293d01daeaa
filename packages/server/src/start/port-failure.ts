import type { ServerConfig } from '../config/config.js';
import { listenFailure, type StartFailure } from '../config/start-failure.js';

/** The program that has the port is given so long to say what it is, in ms. */
const ANSWERS_WITHIN_MS = 1_000;

/** Why the port could not be had; of another Keystamp that has it, what to open. */
export async function portFailure(
  cause: unknown,
  config: Pick<ServerConfig, 'host' | 'port' | 'tls'>,
): Promise<StartFailure> {
  const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return listenFailure(cause, config, isTaken ? await keystampAt(config) : null);
}

/** The URL of a Keystamp that listens there; null: it is another program, speaks TLS, or does not answer. */
async function keystampAt({ host, port, tls }: Parameters<typeof portFailure>[1]) {
  // Its certificate may be for another name.
  if (tls !== null) return null;
  const place = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host;
  const name = place.includes(':') && !place.startsWith('[') ? `[${place}]` : place;
  try {
    const answer = await fetch(`http://${name}:${port}/.well-known/oauth-authorization-server`, {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const { issuer, scopes_supported: scopes } = (await answer.json()) as Record<string, unknown>;
    const isKeystamp = Array.isArray(scopes) && scopes.includes('keystamp:read');
    return isKeystamp ? new URL(String(issuer)).href : null;
  } catch {
    return null;
  }
}
