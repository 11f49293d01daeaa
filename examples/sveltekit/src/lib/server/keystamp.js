import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/web';
import { building } from '$app/environment';

/** The build loads each route, and has no database. */
export const keystamp = building
  ? null
  : await createKeystamp({ database: process.env.DATABASE_URL });

/** A handler that also gets the key. */
export function withApiKey(requirement, handler) {
  const authenticate = authenticateApiKey(() => keystamp, requirement);
  return async (event) => {
    const { response, apiKey } = await authenticate(event.request, {
      address: () => event.getClientAddress(),
      route: event.route.id,
    });
    return response ?? handler(event, apiKey);
  };
}
