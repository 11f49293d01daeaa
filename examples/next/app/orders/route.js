import { withApiKey } from '../../keystamp.js';

export const GET = withApiKey(
  async (_request, { apiKey }) => Response.json({ user: apiKey.user.id, key: apiKey.key.name }),
  { scopes: ['orders:read'] },
);
