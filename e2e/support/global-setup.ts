import { startPostgres } from '@keystamp/testing/postgres/server';

/** One PostgreSQL for the run; each worker makes databases of its own on it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) {
    process.env['KEYSTAMP_E2E_POSTGRES'] = given;
    return async () => {};
  }
  const server = await startPostgres();
  process.env['KEYSTAMP_E2E_POSTGRES'] = server.url;
  return () => server.end();
}
