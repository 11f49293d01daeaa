import { randomBytes } from 'node:crypto';
import type { Database, Executor, Session } from 'keystamp/database';
import { MOVED_TABLES, type MovedTable } from './moved-tables.js';
import { inDirectTransaction } from './snapshot.js';
import { continueEvents, countRows, digestOf, readRows, writeRows } from './table-rows.js';

/** Why a move was not made; nothing was changed. */
export class MoveRefusal extends Error {}

/** How far a move is. */
export type ReportProgress = (
  step: 'moving' | 'checking',
  table: string,
  done: number,
  total: number,
) => void;

/** How many rows of each table are moved. */
export type MovedCounts = Readonly<Record<string, number>>;

/**
 * Copies everything from one database into another that has the same schema and no key, user or event. Both are one transaction:
 * nothing changes in the source meanwhile, and what fails, or is killed, leaves the target without a row. At the end both
 * databases compute count and hash of each table, and a difference takes all of it back.
 */
export function moveRows(
  source: Database,
  target: Database,
  report: ReportProgress,
): Promise<MovedCounts> {
  return inDirectTransaction(source, async (from) => {
    await holdStill(from, source.kind);
    return inDirectTransaction(target, async (to) => {
      await requireOther(from, to);
      await takeTarget(to);
      const counts: Record<string, number> = {};
      for (const table of MOVED_TABLES) counts[table.name] = await copy(from, to, table, report);
      await finishTarget(to);
      for (const table of MOVED_TABLES) {
        report('checking', table.name, 0, counts[table.name] ?? 0);
        await requireSame(from, to, table);
      }
      return counts;
    });
  });
}

/** Nothing writes to the source until the end: a use that came after would stay behind. The embedded database has one session. */
async function holdStill(from: Session, kind: Database['kind']): Promise<void> {
  await from.query('set transaction isolation level repeatable read');
  if (kind === 'embedded') return;
  await from.query(
    `set local lock_timeout = '5s'; lock table ${names()} in share row exclusive mode`,
  );
}

const names = () => MOVED_TABLES.map(({ name }) => `keystamp.${name}`).join(', ');

/** A lock on a random number belongs to one database of one server. */
async function requireOther(from: Session, to: Session): Promise<void> {
  const params = [String(randomBytes(8).readBigInt64BE())];
  await to.query('select pg_advisory_xact_lock($1)', params);
  const text = 'select pg_try_advisory_xact_lock($1) as is_free';
  const { rows } = await from.query<{ is_free: boolean }>(text, params);
  if (rows[0]?.is_free === false) {
    throw new MoveRefusal(
      '--to leads to the database that holds the keys now: give the URL of another one.',
    );
  }
}

const found = `select (select count(*) from keystamp.api_keys)::int as keys, (select count(*) from keystamp.users)::int as users,
  (select count(*) from keystamp.key_events)::int as events`;

/** Refuses a target that is in use. Triggers would write a second history, and notify of each key. */
async function takeTarget(to: Session): Promise<void> {
  await to.query(
    `set local lock_timeout = '5s'; lock table ${names()} in share row exclusive mode`,
  );
  const { rows } = await to.query<{ keys: number; users: number; events: number }>(found);
  const { keys = 0, users = 0, events = 0 } = rows[0] ?? {};
  if (keys + users + events > 0) {
    throw new MoveRefusal(
      `The database of --to is not empty: it has ${keys} keys, ${users} users and ${events} events of their history. Give a new database. Nothing was changed.`,
    );
  }
  await to.query('alter table keystamp.api_keys disable trigger user');
  // Rows that each database has of its own.
  await to.query(
    'delete from keystamp.tracking; delete from keystamp.setup_tokens; delete from keystamp.policy_run; delete from keystamp.idempotency_keys',
  );
}

async function copy(
  from: Session,
  to: Session,
  table: MovedTable,
  report: ReportProgress,
): Promise<number> {
  const total = await countRows(from, table);
  let done = 0;
  report('moving', table.name, done, total);
  for await (const lines of readRows(from, table)) {
    await writeRows(to, table, lines);
    done += lines.length;
    report('moving', table.name, done, total);
  }
  return done;
}

/** New events go on behind the moved ones; instances that run on the target read everything again. */
async function finishTarget(to: Executor): Promise<void> {
  await continueEvents(to);
  await to.query('update keystamp.tracking set made_as = tableoid');
  await to.query('alter table keystamp.api_keys enable trigger user');
  await to.query(`select pg_notify('keystamp_changes', '*'), pg_notify('keystamp_changes', 'i')`);
  await to.query(`analyze ${names()}`);
}

async function requireSame(from: Session, to: Session, table: MovedTable): Promise<void> {
  const [before, after] = await Promise.all([digestOf(from, table), digestOf(to, table)]);
  if (before === after) return;
  throw new MoveRefusal(
    `The table ${table.name} is not the same in both databases (${before} and ${after}). Nothing was changed.`,
  );
}
