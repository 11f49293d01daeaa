/**
 * The rule of the flush, simulated: real recorders over a model of the statement, in virtual time.
 * `npm run stress -- simulate-flush [seeds] [part of a case]`. Prints for each case what thirty seeds or more came to.
 */

import {
  type Case,
  type Outcome,
  simulate,
} from '../../packages/core/test/properties/simulation.js';
import { introduce, startTable } from '../harness/report.js';

const timing = { windowMs: 1_000, flushIntervalMs: 500 };
const base = { seconds: 60, timing };
const steady = (rate: number) => ({ kind: 'steady', rate }) as const;

const cases: Case[] = [
  { ...base, name: 'hot, 1 instance', instances: 1, traffic: steady(50) },
  { ...base, name: 'hot, 5 instances', instances: 5, traffic: steady(100) },
  { ...base, name: 'hot, 20 instances', instances: 20, traffic: steady(200) },
  { ...base, name: '1 use/s, 1 instance', instances: 1, traffic: steady(1) },
  { ...base, name: '1 use/s over 20', instances: 20, traffic: steady(1) },
  { ...base, name: '2 uses/s over 2', instances: 2, traffic: steady(2) },
  { ...base, name: '2 uses/s over 20', instances: 20, traffic: steady(2) },
  { ...base, name: '5 uses/s over 20', instances: 20, traffic: steady(5) },
  { ...base, name: '20 uses/s over 20', instances: 20, traffic: steady(20) },
  { ...base, name: 'all 20 together, 1/s', instances: 20, traffic: { kind: 'together', rate: 1 } },
  {
    ...base,
    name: 'all 20 together, 0.7/s',
    instances: 20,
    traffic: { kind: 'together', rate: 0.7 },
  },
  ...[20, 60, 150, 300, 600, 900].flatMap((withinMs) =>
    [1.2, 1.6, 2, 2.5].map(
      (everyWindows): Case => ({
        ...base,
        name: `100 uses over 20 in ${withinMs} ms, every ${everyWindows} windows`,
        instances: 20,
        traffic: { kind: 'bursts', uses: 100, everyWindows, withinMs },
      }),
    ),
  ),
  { ...base, name: '20, 10 % fail', instances: 20, traffic: steady(20), failing: 0.1 },
  { ...base, name: '5, 30 % fail, thin', instances: 5, traffic: steady(2), failing: 0.3 },
  { ...base, name: '20, locked 30 %', instances: 20, traffic: steady(20), locked: 0.3 },
  {
    ...base,
    name: '20, 12 join, 8 stop',
    instances: 20,
    traffic: steady(20),
    joining: 12,
    stopping: 8,
  },
  {
    ...base,
    name: '20, thin, 12 join, 8 stop',
    instances: 20,
    traffic: steady(2),
    joining: 12,
    stopping: 8,
  },
  {
    ...base,
    name: '20, everything at once',
    instances: 20,
    traffic: steady(10),
    failing: 0.1,
    locked: 0.2,
    joining: 10,
    stopping: 8,
    roundTripMs: 20,
  },
  {
    ...base,
    name: '20, slow network (50 ms)',
    instances: 20,
    traffic: steady(20),
    roundTripMs: 50,
  },
  {
    ...base,
    name: 'window 200 ms, 20 instances',
    instances: 20,
    traffic: steady(50),
    timing: { windowMs: 200, flushIntervalMs: 50 },
    seconds: 20,
  },
  {
    ...base,
    name: 'window 25 s, 20 instances',
    instances: 20,
    traffic: steady(10),
    timing: { windowMs: 25_000, flushIntervalMs: 500 },
    seconds: 300,
  },
];

const seeds = Number(process.argv[2] ?? 30);
const wanted = process.argv[3];
await introduce(
  `${seeds} seeds a case; versions per run: mean / most, of the bound 2T/window + 6 (+ 1 per stop), beside T/window`,
  null,
);
const row = startTable([
  'case',
  'T/window',
  'mean',
  'most',
  'worst of bound',
  'statements/window',
  'settled after ms: p50, most',
  'never',
  'error ms',
  'stale ms',
  'broken',
]);
for (const one of cases) {
  if (wanted !== undefined && !one.name.includes(wanted)) continue;
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) outcomes.push(await simulate(one, seed));
  printCase(one, outcomes);
}

function printCase({ name }: Case, outcomes: readonly Outcome[]): void {
  const mean = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  const most = (of: (outcome: Outcome) => number) => Math.max(...outcomes.map(of));
  const settled = outcomes
    .flatMap(({ settledAfterMs }) => settledAfterMs ?? [])
    .sort((a, b) => a - b);
  row([
    name,
    mean((o) => o.windows).toFixed(1),
    mean((o) => o.versions).toFixed(1),
    most((o) => o.versions),
    `${(100 * most((o) => o.versions / o.allowed)).toFixed(0)} %`,
    mean((o) => o.statements / o.windows).toFixed(2),
    `${settled[Math.floor(settled.length / 2)]?.toFixed(0)}, ${settled.at(-1)?.toFixed(0)}`,
    outcomes.length - settled.length,
    most((o) => Math.abs(o.errorMs)).toFixed(1),
    most((o) => o.mostStaleMs).toFixed(0),
    most((o) => o.broken),
  ]);
}
