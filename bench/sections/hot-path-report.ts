import { median, medianOf, ratioOf, type Samples } from '../measure/rounds.js';
import type { Findings } from '../section.js';

interface Case {
  readonly name: string;
  readonly path: string;
  /** The bare route of Fastify with the same answer. */
  readonly bareName: string;
  readonly isForm: boolean;
  /** Of the bare route; null: no goal was set. */
  readonly atLeast: number | null;
}

const BARE_204 = 'a bare Fastify route: 204';

/** What is measured of Keystamp, and beside what. */
export const CASES: readonly Case[] = [
  { name: '/verify', path: '/verify', bareName: BARE_204, isForm: false, atLeast: 0.7 },
  {
    name: '/ext-authz',
    path: '/ext-authz/-',
    bareName: 'a bare Fastify route: 200 and the same headers',
    isForm: false,
    atLeast: 0.7,
  },
  {
    name: 'POST /oauth2/introspect',
    path: '/oauth2/introspect',
    bareName: 'a bare Fastify route: the same form, as much JSON',
    isForm: true,
    atLeast: 0.5,
  },
  {
    name: '/healthz',
    path: '/healthz',
    bareName: 'a bare Fastify route: {"status":"ok"}',
    isForm: false,
    atLeast: null,
  },
];

export const BARE_NODE = 'bare node:http: 204';

const BY_ITSELF = 'nginx, which asks itself';
const BY_NODE = 'nginx, which asks bare node:http';
const BY_KEYSTAMP = 'nginx, which asks Keystamp';
/** What nginx asks, by the order of its locations. */
export const FORWARD = [BY_ITSELF, BY_NODE, BY_KEYSTAMP];

/** `cpu`: the processor time a request, in µs, of each round, warm-ups included. */
export function reportHotPath(
  samples: Samples,
  cpu: ReadonlyMap<string, readonly number[]>,
): Findings {
  const rows = CASES.flatMap(({ name, bareName }) => [
    [bareName, medianOf(samples, bareName), median(counted(cpu, bareName)), null, null],
    [
      name,
      medianOf(samples, name),
      median(counted(cpu, name)),
      ratioOf(samples, name, bareName),
      lessCpu(cpu, name, bareName),
    ],
  ]);
  const nodeUs = median(counted(cpu, BARE_NODE));
  const node = [BARE_NODE, medianOf(samples, BARE_NODE), nodeUs, null, null];
  const withNginx = samples.has(BY_ITSELF);
  const forward = {
    title: 'Behind nginx, requests a second',
    columns: ['', 'requests a second', 'of nginx, which asks bare node:http'],
    rows: FORWARD.map((name) => [name, medianOf(samples, name), ratioOf(samples, name, BY_NODE)]),
  };
  return {
    tables: [
      {
        title: 'Requests a second, and processor time of the server',
        columns: [
          '',
          'requests a second',
          'processor time a request, µs',
          'requests a second, of the bare route',
          'requests a processor second, of the bare route',
        ],
        rows: [node, ...rows],
      },
      ...(withNginx ? [forward] : []),
    ],
    goals: goalsOf(samples, cpu),
    plots: [],
  };
}

function goalsOf(samples: Samples, cpu: ReadonlyMap<string, readonly number[]>): Findings['goals'] {
  return CASES.flatMap(({ name, bareName, atLeast }) =>
    atLeast === null
      ? []
      : [
          {
            text: `${name}: requests a second, of the bare route`,
            unit: '',
            atLeast,
            measured: ratioOf(samples, name, bareName),
          },
          {
            text: `${name}: requests a processor second, of the bare route`,
            unit: '',
            atLeast,
            measured: lessCpu(cpu, name, bareName),
          },
        ],
  );
}

/** The rounds after the warm-ups, as many as the samples have. */
function counted(cpu: ReadonlyMap<string, readonly number[]>, name: string): readonly number[] {
  return cpu.get(name)?.slice(-7) ?? [];
}

/** The median of the ratios within each turn. */
function lessCpu(
  cpu: ReadonlyMap<string, readonly number[]>,
  name: string,
  bareName: string,
): number {
  const bare = counted(cpu, bareName);
  return median(counted(cpu, name).map((own, turn) => (bare[turn] as number) / own));
}
