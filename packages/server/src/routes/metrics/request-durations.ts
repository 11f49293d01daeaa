import type { MetricValueWithName } from 'prom-client';

/** In seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Series {
  readonly labels: { method: string; route: string; status: number };
  /** As many as took at most the bound, and longer than the one before; the last is of those beyond. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * The durations of requests, as prom-client's own histogram tells them. That one makes an object and a text of the labels
 * for each observation; here a series is found by the texts that the request has already.
 */
export class RequestDurations {
  readonly name = 'keystamp_http_request_duration_seconds';
  readonly help = 'Time from the arrival of a request until its answer is sent.';
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  /** By route, method and status. */
  readonly #series = new Map<string, Map<string, Map<number, Series>>>();

  observe(method: string, route: string, status: number, seconds: number): void {
    const series =
      this.#series.get(route)?.get(method)?.get(status) ?? this.#begin(method, route, status);
    let at = 0;
    while (at < BOUNDS.length && seconds > (BOUNDS[at] as number)) at++;
    series.counts[at] = (series.counts[at] as number) + 1;
    series.sum += seconds;
  }

  async get() {
    const { name, help, type, aggregator } = this;
    const all = [...this.#series.values()].flatMap((of) => [...of.values()]);
    const values = all.flatMap((of) => [...of.values()]).flatMap((series) => this.#tell(series));
    return { name, help, type, aggregator, values };
  }

  reset(): void {
    this.#series.clear();
  }

  #begin(method: string, route: string, status: number): Series {
    const ofRoute = this.#series.get(route) ?? new Map<string, Map<number, Series>>();
    const ofMethod = ofRoute.get(method) ?? new Map<number, Series>();
    const counts = new Float64Array(BOUNDS.length + 1);
    const series: Series = { labels: { method, route, status }, counts, sum: 0 };
    this.#series.set(route, ofRoute.set(method, ofMethod.set(status, series)));
    return series;
  }

  #tell({ labels, counts, sum }: Series): MetricValueWithName<string>[] {
    let count = 0;
    const buckets = [...BOUNDS, '+Inf'].map((le, i) => {
      count += counts[i] as number;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
