import type { NotingCost } from '../ground/disabled-keys.js';
import { isTrial, percentile } from '../measure/rounds.js';
import type { Findings } from '../section.js';

export const FLOOD = { perSecond: 5_000, seconds: isTrial ? 0.5 : 1.5 };

export const QUIET = 'nothing else';
export const OTHERS = 'other known keys';
export const DISABLED = 'disabled keys';
export const GARBAGE = 'garbage';
export const UNKNOWN = 'unknown keys';

export interface UnknownCost {
  readonly firstUs: number;
  readonly againUs: number;
}

export interface Latency {
  readonly answers: number[];
  readonly lateness: number[];
}

interface Seen {
  /** µs by the kind of garbage. */
  readonly garbage: ReadonlyMap<string, number>;
  readonly unknown: UnknownCost;
  readonly noted: NotingCost;
  readonly floods: ReadonlyMap<string, Latency>;
}

const us = (values: readonly number[], p: number) => percentile(values, p) * 1000;

/** What the section found. */
export function reportRefusals(seen: Seen): Findings {
  return { tables: tablesOf(seen), goals: goalsOf(seen), plots: plotsOf(seen) };
}

function tablesOf({ garbage, unknown, noted, floods }: Seen): Findings['tables'] {
  return [
    {
      title: 'Each refusal',
      columns: ['', 'µs'],
      rows: [
        ...garbage,
        ['a well-formed key that nobody has, first time', unknown.firstUs],
        ['the same again within 5 s', unknown.againUs],
        ['a disabled key, which is noted', noted.notedUs],
        ['a disabled key, by a look that notes nothing', noted.notNotedUs],
      ],
    },
    {
      title: `Known keys while ${FLOOD.perSecond.toLocaleString('en-US')} a second of something else come in, µs`,
      columns: [
        '',
        'answer, median',
        'answer, p99',
        'event loop late, median',
        'event loop late, p99',
      ],
      rows: [...floods].map(([name, { answers, lateness }]) => [
        name,
        us(answers, 0.5),
        us(answers, 0.99),
        us(lateness, 0.5),
        us(lateness, 0.99),
      ]),
    },
  ];
}

function goalsOf({ garbage, noted, floods }: Seen): Findings['goals'] {
  const longer = (what: keyof Latency, flood = UNKNOWN) =>
    us(floods.get(flood)?.[what] ?? [], 0.99) - us(floods.get(OTHERS)?.[what] ?? [], 0.99);
  return [
    {
      text: 'the dearest garbage',
      unit: 'µs',
      atMost: 1,
      measured: Math.max(...garbage.values()),
    },
    {
      text: 'to refuse a disabled key and note it, beside not noting it',
      unit: 'times',
      atMost: 1.1,
      measured: noted.ratio,
    },
    {
      text: "what a flood of disabled keys adds to the p99 of known keys' answers, beside as many known ones",
      unit: 'µs',
      atMost: 100,
      measured: longer('answers', DISABLED),
    },
    {
      text: "what a flood of unknown keys adds to the p99 of known keys' answers, beside as many known ones",
      unit: 'µs',
      atMost: 100,
      measured: longer('answers'),
    },
    {
      text: "what it adds to the p99 of the event loop's lateness",
      unit: 'µs',
      atMost: 1_000,
      measured: longer('lateness'),
    },
  ];
}

function plotsOf({ garbage, unknown }: Seen): Findings['plots'] {
  return [
    {
      file: 'refusals',
      title: 'What a refusal costs',
      unit: 'µs each; less is better',
      scale: 'log',
      groups: [
        {
          title: 'Without a hash, without a query',
          bars: [...garbage].map(([label, value]) => ({
            label,
            value,
            side: 'keystamp' as const,
          })),
        },
        {
          title: 'Well-formed keys that nobody has',
          bars: [
            { label: 'the first time', value: unknown.firstUs, side: 'keystamp' },
            { label: 'again within 5 s', value: unknown.againUs, side: 'keystamp' },
          ],
        },
      ],
    },
  ];
}
