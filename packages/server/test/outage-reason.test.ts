import { KeystampError } from 'keystamp';
import { expect, it } from 'vitest';
import { outageReasonOf } from '../src/start/outage-reason.js';

function refused(address: string): Error {
  const message = `connect ECONNREFUSED ${address}:5432`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', address, port: 5432 });
}

it('tells of a name with several addresses what came of each', () => {
  // As Node makes it: without words of its own.
  const tries = [refused('::1'), refused('127.0.0.1')];
  const cause = Object.assign(new AggregateError(tries), { code: 'ECONNREFUSED' });
  const error = new KeystampError('database_unavailable', 'The database is out of reach: ', {
    cause,
  });
  expect(outageReasonOf(error)).toEqual({
    code: 'ECONNREFUSED',
    address: '[::1]:5432, 127.0.0.1:5432',
    reason: 'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
  });
});

it('tells what PostgreSQL says where it answers', () => {
  const message = 'the database system is starting up';
  expect(outageReasonOf(Object.assign(new Error(message), { code: '57P03' }))).toEqual({
    code: '57P03',
    address: null,
    reason: message,
  });
});

it('is null for what is no outage', () => {
  expect(outageReasonOf(Object.assign(new Error('no such role'), { code: '28000' }))).toBeNull();
});
