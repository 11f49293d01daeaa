import { keystamp } from '$lib/server/keystamp.js';

// The server of adapter-node says so when it was stopped: what is pending is written.
process.once('sveltekit:shutdown', () => keystamp.close());
