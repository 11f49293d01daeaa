import { availableParallelism } from 'node:os';
import { type Environment, wrong } from './wrong-variable.js';

const NAME = 'KEYSTAMP_WORKERS';
const MAX_WORKERS = 256;

/** Processes that share the port. `auto`: one for each core that Node.js sees. */
export function readWorkers(env: Environment): number {
  const text = env[NAME];
  if (!text) return 1;
  const workers = text === 'auto' ? availableParallelism() : wholeNumber(text);
  if (env['DATABASE_URL'] !== undefined || text === '1') return workers;
  const reason = 'because only one process can open the embedded database; more need DATABASE_URL';
  throw wrong(NAME, text, `1, ${reason}`);
}

function wholeNumber(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= MAX_WORKERS) return value;
  throw wrong(NAME, text, `a whole number from 1 to ${MAX_WORKERS}, or auto`);
}
