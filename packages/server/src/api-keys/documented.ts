import { Problem } from '../contract/problem.js';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

/** What every key route may answer besides success. */
export const refusals = {
  '4xx': problem('The request is refused; the problem says why.'),
  '5xx': problem('The server or its database is not available.'),
};

/** How a request to a route of access `session_or_key` proves who it is. */
export const bySessionOrKey = [{ session: [] }, { bearer: [] }, { apiKey: [] }];
export const bySession = [{ session: [] }];
export const byKey = [{ bearer: [] }, { apiKey: [] }];
