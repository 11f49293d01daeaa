import { expect, it } from 'vitest';
import { asUnavailable } from '../../src/database/outage.js';
import { driverError } from '../../src/database/postgres/driver-error.js';
import { ApiGuard } from '../../src/keys/api-guard.js';

/** As drivers throw them. */
const thrown = (message: string, fields: object) => Object.assign(new Error(message), fields);

it('a name with several addresses is told with what came of each', () => {
  // As Node makes it: without words of its own.
  const tries = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}`));
  const error = Object.assign(new AggregateError(tries), { code: 'ECONNREFUSED' });
  expect(asUnavailable(error)).toMatchObject({
    code: 'database_unavailable',
    message:
      'The database is out of reach: connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1',
    cause: error,
  });
});

it('K1 what may quote a value is told by its number', () => {
  const fields = { code: '22P02', severity: 'ERROR' };
  expect(asUnavailable(thrown('invalid input syntax: "a secret"', fields))).toMatchObject({
    message: 'The database refuses the statement: SQLSTATE 22P02',
  });
});

it('what no driver threw stays as it is', () => {
  const fault = new TypeError('undefined is not a function');
  expect(asUnavailable(fault)).toBe(fault);
});

it('a call that the end of its instance broke says so', async () => {
  const guard = new ApiGuard();
  const broken = driverError(new Error('Cannot use a pool after calling end on the pool'));
  const call = guard.wrap(async () => {
    guard.close();
    throw broken;
  });
  await expect(call()).rejects.toMatchObject({ code: 'closed', cause: broken });
});
