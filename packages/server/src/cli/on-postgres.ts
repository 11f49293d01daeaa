import { fileVariable } from '../config/settings.js';
import type { CliIo } from './cli-io.js';

/** Whether the environment names a PostgreSQL; false: the keys are in the embedded database. */
export function isOnPostgres(env: CliIo['env']): boolean {
  return (env['DATABASE_URL'] ?? env[fileVariable('DATABASE_URL')]) !== undefined;
}
