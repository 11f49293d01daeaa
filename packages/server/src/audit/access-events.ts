import type { FastifyRequest } from 'fastify';
import { clientNetwork } from '../http/client-network.js';
import { HttpProblem } from '../http/problem.js';
import { Minute } from '../log/minute.js';
import type { AccessOutcome } from '../rules/access-outcome.js';
import { Refusal } from '../rules/refusal.js';
import { type AuditLogger, writeAudit } from './audit.js';
import { BoundedCounts } from './bounded-counts.js';

/** What is counted of those who come in, go out or are kept out, with its line in the log; null: it has a line of its own. */
const LINES: Readonly<Record<AccessOutcome, string | null>> = {
  signed_in: null,
  signed_out: 'sign-outs',
  sign_in_failed: 'failed sign-ins',
  sign_in_locked: 'sign-ins refused: an account failed too often at an address',
  network_refused: 'sign-ins refused: a network failed too often',
  admin_denied: "requests to administrators' routes refused",
  foreign_origin: 'requests refused: another site sent them',
  setup_refused: 'set-ups refused: the token is wrong',
};

export const ACCESS_OUTCOMES = Object.keys(LINES) as AccessOutcome[];

interface Sum {
  count: number;
  readonly users: BoundedCounts;
  readonly networks: BoundedCounts;
  readonly routes: BoundedCounts;
}

/**
 * What happens at the door, as one audit line a minute and outcome, and as totals since the start. Only ids of users that
 * exist, networks and patterns of routes are in it: what somebody typed as an address may be a password.
 */
export class AccessEvents {
  readonly #logger: AuditLogger;
  readonly #totals = new Map<AccessOutcome, number>();
  readonly #sums = new Map<AccessOutcome, Sum>();
  readonly #minute = new Minute(() => this.#report());

  constructor(logger: AuditLogger) {
    this.#logger = logger;
  }

  /** `user`: the id of the one who acted or whose account was tried; null: nobody's that is known. */
  count(outcome: AccessOutcome, request: FastifyRequest, user: string | null): void {
    this.#totals.set(outcome, this.total(outcome) + 1);
    if (LINES[outcome] === null) return;
    const sum = this.#sums.get(outcome) ?? emptySum();
    this.#sums.set(outcome, sum);
    sum.count++;
    sum.networks.count(clientNetwork(request));
    sum.routes.count(`${request.method} ${request.routeOptions.url ?? '(none)'}`);
    if (user !== null) sum.users.count(user);
    this.#minute.begin();
  }

  /** Counts the refusal of a request, where it says as what. */
  countRefusal(error: unknown, request: FastifyRequest): void {
    const isCounted = error instanceof HttpProblem || error instanceof Refusal;
    const counted = isCounted ? error.counted : null;
    if (counted !== null) this.count(counted.outcome, request, counted.user);
  }

  total(outcome: AccessOutcome): number {
    return this.#totals.get(outcome) ?? 0;
  }

  close(): void {
    this.#minute.end();
  }

  #report(): void {
    for (const [outcome, { count, users, networks, routes }] of this.#sums) {
      const named = { ...namesOf('users', users), ...namesOf('networks', networks) };
      const fields = { outcome, count, ...named, ...namesOf('routes', routes) };
      writeAudit(this.#logger, LINES[outcome] ?? outcome, fields);
    }
    this.#sums.clear();
  }
}

function emptySum(): Sum {
  return {
    count: 0,
    users: new BoundedCounts(),
    networks: new BoundedCounts(),
    routes: new BoundedCounts(),
  };
}

/** `{ users: { ada: 3 }, otherUsers: 0 }`; nothing where there are none. */
function namesOf(what: 'users' | 'networks' | 'routes', counts: BoundedCounts): object {
  if (counts.isEmpty) return {};
  const { names, others } = counts.summary();
  const other = `other${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return { [what]: names, [other]: others };
}
