import { editDistance } from 'keystamp/rules';
import { VARIABLES } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What other programs, and PostgreSQL's own, call the address of a database. */
const NEAR_DATABASE_URL =
  /^(KEYSTAMP_)?(DATABASE|DB|POSTGRES|POSTGRESQL|PG)_?([A-Z]+_)?(URL|URI|DSN|HOST)$|^PG(HOSTADDR|SERVICE|DATABASE)$/i;

/** A line where `DATABASE_URL` is not set, and a variable is that may be meant by it. Values are never shown. */
export function nearDatabaseUrl(env: Environment): readonly string[] {
  const near = nearNames(env);
  if (near.length === 0) return [];
  const verb = near.length === 1 ? 'is set and is' : 'are set and are';
  const remedy = 'To use PostgreSQL, set DATABASE_URL.';
  return [`${near.join(', ')} ${verb} not read. Keystamp uses the embedded database. ${remedy}`];
}

function nearNames(env: Environment): string[] {
  if (env['DATABASE_URL'] !== undefined) return [];
  const isNear = (name: string) => NEAR_DATABASE_URL.test(name) && !VARIABLES.includes(name);
  return Object.keys(env).filter((name) => env[name] && isNear(name));
}

/** A line for each `KEYSTAMP_…` that nothing reads: a mistyped name leaves the default in force. Values are not logged. */
export function unknownVariables(env: Environment): readonly string[] {
  const known = [...VARIABLES, ...nearNames(env)];
  return Object.keys(env)
    .filter((name) => name.startsWith('KEYSTAMP_') && !known.includes(name))
    .map((name) => `${name} is no variable of Keystamp and is not read.${suggestion(name)}`);
}

/** Up to two letters of five may differ: beyond that it is a name of its own, and a guess would mislead. */
const MAX_DIFFERENT = 0.4;

/** A letter that was left out costs half: that is likelier than a wrong one. */
const ADDED = 0.5;

/** By what follows the prefix, which all but two of them share. Empty: none is near. */
function suggestion(name: string): string {
  const distances = VARIABLES.map((each) => editDistance(bare(name), bare(each), ADDED));
  const nearest = Math.min(...distances);
  if (nearest > bare(name).length * MAX_DIFFERENT) return '';
  return ` Is ${VARIABLES[distances.indexOf(nearest)]} meant?`;
}

function bare(name: string): string {
  return name.replace(/^KEYSTAMP_/, '');
}
