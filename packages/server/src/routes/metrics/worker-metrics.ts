import {
  Counter,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

/** What one process measured, as prom-client hands it over. */
export type Figures = MetricObjectWithValues<MetricValue<string>>[];

/** What the primary process tells of its workers. */
export async function measureWorkers(serving: number, restarts: number): Promise<Figures> {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'keystamp_workers',
    help: 'Worker processes that take requests.',
    registers,
  }).set(serving);
  new Counter({
    name: 'keystamp_worker_restarts_total',
    help: 'Worker processes that were started in place of one that ended.',
    registers,
  }).inc(restarts);
  return (await registry.getMetricsAsJSON()) as Figures;
}
