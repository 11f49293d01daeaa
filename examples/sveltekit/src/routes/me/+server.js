import { json } from '@sveltejs/kit';
import { withApiKey } from '$lib/server/keystamp.js';

export const GET = withApiKey({}, (_event, { user }) => json({ user: user.id }));
