import type { Keystamp, KeystampHealth } from 'keystamp';
import { Counter, Gauge, type Registry } from 'prom-client';
import { ACCESS_OUTCOMES, type AccessEvents } from '../../audit/access-events.js';
import type { ServerContext } from '../../context.js';
import { registerTlsMetrics } from './tls-metrics.js';

type Reading = (health: KeystampHealth) => number;

interface GaugeReading {
  readonly help: string;
  readonly read: Reading;
  /** How the values of several processes become one. Left out: the sum. */
  readonly ofSeveral?: 'min' | 'max' | 'average';
}

const GAUGES: Record<string, GaugeReading> = {
  keystamp_ready: {
    help: '1 while validations are answered.',
    read: (health) => Number(health.ready),
    ofSeveral: 'min',
  },
  keystamp_database_reachable: {
    help: '1 while the database answers.',
    read: (health) => Number(health.databaseReachable),
    ofSeveral: 'min',
  },
  keystamp_listener_up: {
    help: '1 while the LISTEN connection is live; at 0 every validation queries the database.',
    read: (health) => Number(health.listening),
    ofSeveral: 'min',
  },
  keystamp_cached_keys: {
    help: 'Known keys held in memory.',
    read: (health) => health.cachedKeys,
  },
  keystamp_pending_keys: {
    help: 'Keys with a use that is not in the database yet.',
    read: (health) => health.pendingKeys,
  },
  keystamp_flush_lag_seconds: {
    help: 'By how much the oldest write of a last use is overdue.',
    read: (health) => health.flushLagMs / 1000,
    ofSeveral: 'max',
  },
  keystamp_clock_offset_seconds: {
    help: "By how much the host's clock is ahead of the database's; negative: behind it.",
    read: (health) => health.clockOffsetMs / 1000,
    ofSeveral: 'average',
  },
};

const COUNTERS: Record<string, { help: string; read: Reading }> = {
  keystamp_cache_hits_total: {
    help: 'Validations answered from memory.',
    read: (health) => health.counts.cacheHits,
  },
  keystamp_cache_misses_total: {
    help: 'Validations that queried the database.',
    read: (health) => health.counts.cacheMisses,
  },
  keystamp_flushes_total: {
    help: 'Statements that wrote last uses.',
    read: (health) => health.counts.flushes,
  },
  keystamp_flush_failures_total: {
    help: 'Statements of these that failed; what they held is written later.',
    read: (health) => health.counts.flushFailures,
  },
  keystamp_last_used_written_total: {
    help: 'Rows whose last_used_at was written.',
    read: (health) => health.counts.keysWritten,
  },
  keystamp_listener_reconnections_total: {
    help: 'Times that the listening connection was made again.',
    read: (health) => health.counts.reconnections,
  },
};

/** Registers what an instance tells of itself. Nothing is per key: there would be as many series as keys. */
export function registerKeystampMetrics(
  registry: Registry,
  {
    keystamp,
    droppedLines,
    accessEvents,
    tls,
  }: Pick<ServerContext, 'keystamp' | 'droppedLines' | 'accessEvents' | 'tls'>,
): void {
  for (const [name, { help, read, ofSeveral = 'sum' }] of Object.entries(GAUGES)) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        aggregator: ofSeveral,
        registers: [],
        collect() {
          this.set(read(keystamp.health()));
        },
      }),
    );
  }
  for (const [name, { help, read }] of Object.entries(COUNTERS)) {
    registry.registerMetric(totalOf(name, help, () => read(keystamp.health())));
  }
  const help = 'Log lines that could not be written to standard error.';
  registry.registerMetric(totalOf('keystamp_log_lines_dropped_total', help, droppedLines));
  registry.registerMetric(refusalsOf(keystamp));
  registry.registerMetric(accessTotals(accessEvents));
  if (tls !== null) registerTlsMetrics(registry, tls);
}

/** A total that is counted elsewhere: read at each scrape. */
function totalOf(name: string, help: string, read: () => number): Counter {
  return new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function refusalsOf(keystamp: Keystamp): Counter<'reason'> {
  return new Counter({
    name: 'keystamp_refusals_total',
    help: 'Keys that were refused, by reason.',
    labelNames: ['reason'],
    registers: [],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(keystamp.health().counts.refusals)) {
        this.inc({ reason }, count);
      }
    },
  });
}

/** Each outcome from the start on, so that the first of its kind is a rise. */
function accessTotals(events: AccessEvents): Counter<'outcome'> {
  return new Counter({
    name: 'keystamp_access_events_total',
    help: 'Sign-ins, sign-outs and refusals at the door, by outcome.',
    labelNames: ['outcome'],
    registers: [],
    collect() {
      this.reset();
      for (const outcome of ACCESS_OUTCOMES) this.inc({ outcome }, events.total(outcome));
    },
  });
}
