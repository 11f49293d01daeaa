import { backups } from './lists/backups.js';
import { cachedAnswers } from './lists/cached-answers.js';
import { callersTransaction } from './lists/callers-transaction.js';
import { faultsOfTheFlush } from './lists/faults-of-the-flush.js';
import { flushSchedule } from './lists/flush-schedule.js';
import { flushStatement } from './lists/flush-statement.js';
import { history } from './lists/history.js';
import { invalidation } from './lists/invalidation.js';
import { keys } from './lists/keys.js';
import { middleware } from './lists/middleware.js';
import { neverUsed } from './lists/never-used.js';
import { outages } from './lists/outages.js';
import { requestPath } from './lists/request-path.js';
import type { Mutation } from './mutation.js';

/** Every mutation. To add one, add an entry to a file of `lists/`, and run `npm run mutations -- new`. */
export const mutations: readonly Mutation[] = [
  ...keys,
  ...requestPath,
  ...flushStatement,
  ...flushSchedule,
  ...faultsOfTheFlush,
  ...neverUsed,
  ...cachedAnswers,
  ...history,
  ...invalidation,
  ...outages,
  ...backups,
  ...middleware,
  ...callersTransaction,
];
