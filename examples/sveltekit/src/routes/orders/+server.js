import { json } from '@sveltejs/kit';
import { withApiKey } from '$lib/server/keystamp.js';

export const GET = withApiKey({ scopes: ['orders:read'] }, (_event, { user, key }) =>
  json({ user: user.id, key: key.name }),
);
