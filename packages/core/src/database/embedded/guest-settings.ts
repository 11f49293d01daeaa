import type { OneSession, SessionUser } from './one-session.js';
import { query, readText } from './wire.js';

/** What may change a setting of the session for longer than a transaction. */
const MAY_SET = /(^|;)\s*(set|reset|discard|listen|unlisten)\b|\bset_config\b/i;

/** Those set in the session, with the role, which PostgreSQL does not list. */
const READ_SETTINGS = `select name, setting from pg_catalog.pg_settings where source = 'session' and name !~ '^transaction_'
  union all select 'session_authorization', session_user::text where session_user <> 'postgres'
  union all select 'role', pg_catalog.current_setting('role') where pg_catalog.current_setting('role') <> 'none'`;

/** After a guest: nothing of it stays, whatever it set. */
const FORGET = query('reset session authorization; reset role; reset all');

/**
 * The settings of one guest. All share one session, in which they are put in force for its turns alone: the server's own
 * statements, and other guests, must not meet a search path or a role of this one.
 */
export class GuestSettings {
  readonly #session: OneSession;
  readonly #user: SessionUser;
  #values: readonly (readonly [string, string])[];
  #changed = false;

  constructor(session: OneSession, user: SessionUser, atStart: readonly [string, string][]) {
    this.#session = session;
    this.#user = user;
    this.#values = atStart;
  }

  /** At the beginning of a turn. Throws where a value is refused, which only those of the start can be. */
  async enter(): Promise<void> {
    if (this.#values.length === 0) return;
    const calls = this.#values.map(
      ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`,
    );
    await this.#session.rows(this.#user, `select ${calls.join(', ')}`);
  }

  /** A statement of the turn. */
  note(sql: string): void {
    if (MAY_SET.test(sql)) this.#changed = true;
  }

  /** At the end of a turn, outside of a transaction. */
  async leave(): Promise<void> {
    if (this.#changed) await this.#read();
    this.#changed = false;
    await this.#session.exec(this.#user, FORGET);
  }

  async #read(): Promise<void> {
    const rows = await this.#session.rows(this.#user, READ_SETTINGS);
    this.#values = rows.map(([name, value]) => [name ?? '', value ?? '']);
  }
}

function literal(value: string): string {
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** What a client asks for at the start of its connection, as settings. */
export function settingsOfStart(startup: Buffer): [string, string][] {
  const settings: [string, string][] = [];
  for (let at = 8; at < startup.length && startup[at] !== 0; ) {
    const name = readText(startup, at);
    const value = readText(startup, name.end);
    at = value.end;
    if (name.value === 'options') settings.push(...settingsOfOptions(value.value));
    else if (!NO_SETTINGS.test(name.value)) settings.push([name.value, value.value]);
  }
  return settings;
}

/** The owner of the folder is the superuser of its one database, whatever name a program gives by itself. */
const NO_SETTINGS = /^(user|database|replication|_pq_\..*)$/;

/** `-c name=value` and `--name=value`. */
function settingsOfOptions(options: string): [string, string][] {
  return [...options.matchAll(/(?:-c\s*|--)([\w.-]+)=((?:\\.|\S)*)/g)].map(
    ([, name = '', value = '']) => [name.replaceAll('-', '_'), value.replace(/\\(.)/g, '$1')],
  );
}
