import type { Client, Pool } from 'pg';
import { lanesOf } from './postgres/lanes.js';
import type { Pg } from './postgres/load-pg.js';
import { checkServer, configOf, connectTimeoutMs, send } from './postgres/postgres-connection.js';
import type { PostgresOptions } from './postgres/postgres-options.js';
import { OWN_SETTINGS } from './postgres/session-settings.js';
import type { Route } from './route.js';

/** A pool along a route. It connects to nothing yet. */
export function openPool(pg: Pg, route: Route, options: PostgresOptions): Pool {
  return new pg.Pool({
    Client: clientAlong(route),
    max: lanesOf(options.poolSize).connections,
    connectionTimeoutMillis: route.connectTimeoutMs,
    onConnect: async (client) => {
      await setLimits(client, route, options);
      await checkServer(client, route);
    },
  });
}

/** The pool makes its connections itself: each leads where the route leads at that moment. */
function clientAlong(route: Route): new () => Client {
  return class extends route.Client {
    constructor() {
      super(configOf(route));
    }
  };
}

/**
 * Limits of a session. They are set by a statement, because poolers refuse them at the start of a
 * connection; and never through a pooler in transaction mode, where they would stay with strangers.
 */
async function setLimits(client: object, route: Route, options: PostgresOptions): Promise<void> {
  if (options.listenDatabase !== undefined) return;
  const limits = [
    OWN_SETTINGS,
    `set idle_in_transaction_session_timeout = ${options.statementTimeoutMs * 3}`,
  ];
  const given = route.parameters;
  if (!given.has('statement_timeout') && !given.get('options')?.includes('statement_timeout')) {
    limits.push(`set statement_timeout = ${options.statementTimeoutMs}`);
  }
  await send(client as Client, limits.join('; '), undefined, {
    name: undefined,
    timeoutMs: connectTimeoutMs,
  });
}
