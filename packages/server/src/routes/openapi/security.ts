import type { FastifyContextConfig, RouteOptions } from 'fastify';
import { type Carrier, DEFAULT_CARRIERS } from 'keystamp/http';
import { sessionCookie } from '../../auth/sessions/session-cookie.js';
import type { ServerConfig } from '../../config/config.js';

/** In the order in which a client is to choose: tools take the first. */
export function securitySchemes(config: ServerConfig) {
  return {
    bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
    api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' },
    basic: { type: 'http', scheme: 'basic', description: 'An API key as the password.' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: sessionCookie(config).name,
      description:
        'The cookie that `POST /api/auth/login` sets. With any method but GET, the header `Origin` must be the origin of this server.',
    },
  } as const;
}

const NOTHING = {};
const BY_SESSION = [{ session: [] }];

/** By the scheme's name. */
const BY_KEY: readonly (readonly [scheme: string, carrier: Carrier])[] = [
  ['bearer', 'bearer'],
  ['api_key', 'x-api-key'],
  ['basic', 'basic'],
];

/** The ways in which a caller of the route may prove who it is, the first one first. */
export function securityOf({ config = {} }: Pick<RouteOptions, 'config'>) {
  switch (config.access ?? 'public') {
    case 'public':
      return [];
    case 'public_or_key':
      return [NOTHING, ...securityByKey(config)];
    case 'session':
    case 'admin_session':
      return BY_SESSION;
    case 'session_or_key':
      return [...securityByKey(config), ...BY_SESSION];
    case 'key':
      return securityByKey(config);
  }
}

function securityByKey({ carriers = DEFAULT_CARRIERS, keyInBasic }: FastifyContextConfig) {
  const isTaken = (carrier: Carrier) =>
    carriers.carriers.includes(carrier) || (carrier === 'basic' && keyInBasic === true);
  return BY_KEY.filter(([, carrier]) => isTaken(carrier)).map(([scheme]) => ({ [scheme]: [] }));
}
