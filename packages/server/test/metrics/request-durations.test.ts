import { Histogram, type Metric, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { RequestDurations } from '../../src/routes/metrics/request-durations.js';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** On each bound, on both sides of it, and beyond the last. */
const SECONDS = BUCKETS.flatMap((bound) => [bound * 0.999, bound, bound * 1.001]);

describe('durations of requests', () => {
  it("are told as prom-client's own histogram tells them", async () => {
    const [own, library] = [new Registry(), new Registry()];
    const durations = new RequestDurations();
    own.registerMetric(durations as unknown as Metric);
    const { name, help } = durations;
    const labelNames = ['method', 'route', 'status'];
    const histogram = new Histogram({
      name,
      help,
      labelNames,
      buckets: BUCKETS,
      registers: [library],
    });
    for (const status of [204, 401]) {
      for (const seconds of SECONDS) {
        durations.observe('GET', '/verify', status, seconds);
        histogram.observe({ method: 'GET', route: '/verify', status }, seconds);
      }
    }
    expect(sorted(await own.metrics())).toEqual(sorted(await library.metrics()));
    expect(await own.getMetricsAsJSON()).toHaveLength(1);
  });
});

function sorted(text: string): string[] {
  return text.split('\n').sort();
}
