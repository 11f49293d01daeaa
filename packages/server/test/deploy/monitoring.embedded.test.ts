import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { registerTlsMetrics } from '../../src/routes/metrics/tls-metrics.js';
import { measureWorkers } from '../../src/routes/metrics/worker-metrics.js';
import type { TlsServers } from '../../src/tls/tls-servers.js';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { isInstalled } from './installed.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: { readonly expr: string }[];
}

const deploy = fileURLToPath(new URL('../../../../deploy/', import.meta.url));
const prometheus = join(deploy, 'prometheus');
const read = (path: string) => readFileSync(join(deploy, path), 'utf8');
const ruleGroups = parse(read('prometheus/keystamp.rules.yml')) as {
  groups: { rules: Rule[] }[];
};
const rules = ruleGroups.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana/keystamp.json')) as { panels: Panel[] };
const panels = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const hasPromtool = isInstalled('promtool', '--version');

function promtool(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    cwd: prometheus,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

/** The names of series in an expression: not labels, their values, functions or words. */
function seriesOf(expr: string): string[] {
  return expr.match(/\b(up|(keystamp|process|nodejs)_[a-z0-9_]+)\b(?=[{)[ ]|$)/gm) ?? [];
}

let server: KeyServer;
let folder: string;
let exported: Set<string>;
beforeAll(async () => {
  server = await createKeyServer();
  folder = mkdtempSync(join(tmpdir(), 'keystamp-rules-'));
  const { apiKey } = await server.issue();
  // Refusals are counted from the first on.
  for (const key of [apiKey, 'ks_garbage']) await server.ask({ url: '/verify', key });
  const { body } = await server.app.inject({ url: '/metrics' });
  const series = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  exported = new Set(series.map((line) => line.replace(/[{ ].*$/, '')));
  // Those of a server with workers, and with TLS of its own.
  for (const { name } of await measureWorkers(2, 0)) exported.add(name);
  const registry = new Registry();
  registerTlsMetrics(registry, {} as TlsServers);
  for (const name of registry.getMetricsAsArray().map((metric) => metric.name)) exported.add(name);
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the rules of Prometheus', () => {
  it.skipIf(!hasPromtool)('are taken by promtool, and so is the scrape configuration', () => {
    const checks = [
      promtool('check', 'rules', '--lint=all', '--lint-fatal', 'keystamp.rules.yml'),
      promtool('check', 'config', 'prometheus.yml'),
    ];
    expect(checks).toEqual(
      checks.map(() => ({ status: 0, output: expect.stringContaining('SUCCESS') })),
    );
  });

  it.skipIf(!hasPromtool)('fire when they have to', () => {
    expect(promtool('test', 'rules', 'keystamp.rules.test.yml')).toEqual({
      status: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });

  it('are each tried by a test that has them fire', () => {
    const { tests } = parse(read('prometheus/keystamp.rules.test.yml')) as {
      tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const fired = tests
      .flatMap(({ alert_rule_test = [] }) => alert_rule_test)
      .filter(({ exp_alerts }) => exp_alerts.length > 0);
    const alerts = rules.flatMap(({ alert }) => alert ?? []);
    expect(alerts.length).toBeGreaterThan(10);
    expect([...new Set(fired.map(({ alertname }) => alertname))].sort()).toEqual(alerts.sort());
  });

  it('read series that the server exports', () => {
    const known = new Set([...exported, 'up']);
    for (const { expr } of rules) {
      expect(seriesOf(expr).filter((name) => !known.has(name))).toEqual([]);
    }
    const records = rules.flatMap(({ record }) => record ?? []);
    const used = rules.flatMap(
      ({ expr }) => expr.match(/\b[a-z_]+:keystamp_[a-z_]+:[a-z0-9_]+/g) ?? [],
    );
    expect(used.filter((name) => !records.includes(name))).toEqual([]);
  });
});

describe('the dashboard of Grafana', () => {
  it('shows series that the server exports, and each of its own', () => {
    const shown = new Set(panels.flatMap(seriesOf));
    expect([...shown].filter((name) => !exported.has(name))).toEqual([]);
    const own = [...exported]
      .filter((name) => name.startsWith('keystamp_'))
      .map((name) => name.replace(/_(sum|count|bucket)$/, ''));
    const covered = [...shown].map((name) => name.replace(/_(sum|count|bucket)$/, ''));
    expect([...new Set(own)].filter((name) => !covered.includes(name))).toEqual([]);
  });

  it.skipIf(!hasPromtool)('has expressions that promtool reads', () => {
    const records = panels.map((expr, i) => ({
      record: `panel:${i}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    const file = join(folder, 'panels.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules: records }] }));
    expect(records.length).toBeGreaterThan(20);
    expect(promtool('check', 'rules', file)).toEqual({
      status: 0,
      output: expect.stringContaining(`SUCCESS: ${records.length} rules found`),
    });
  });
});
