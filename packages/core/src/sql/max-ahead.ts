/**
 * A stored last use that is further than this ahead of the database's clock, in ms, is nobody's use: a wrong clock or a hand left
 * it. Less is an ordinary use: the clock of the database was put right by so much meanwhile, or a standby took over.
 */
export const MAX_AHEAD_MS = 50;

/** The same as an interval in SQL. */
export const maxAheadSql = `interval '${MAX_AHEAD_MS} milliseconds'`;
