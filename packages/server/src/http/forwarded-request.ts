import { METHODS } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Forward auth: the method of the request that a proxy asks about; undefined where it says none. */
export function forwardedMethod({ headers }: FastifyRequest): string | undefined {
  return METHODS.find((method) => method === headers['x-forwarded-method']);
}

/** Forward auth: path and query of the request that a proxy asks about; empty where it says none. */
export function forwardedUrl({ headers }: FastifyRequest): string {
  const uri = headers['x-forwarded-uri'];
  return uri === undefined ? '' : String(uri);
}
