import { createKeystamp, type Keystamp, type ListQuery } from 'keystamp';
import { openDatabase } from 'keystamp/database';
import pg from 'pg';
import { encodeCursor } from '../../packages/core/dist/model/cursor.js';
import { seedRows } from '../ground/seed-rows.js';
import { interleave, isTrial, median, ratioOf, samplesOf } from '../measure/rounds.js';
import { type BarePage, readBarePage } from '../rivals/list-sql.js';
import type { Findings, Section } from '../section.js';

const KEYS = isTrial ? 50_000 : 1_000_000;
const USERS = KEYS / 100;
const DEEP = KEYS / 2;
const FIRST_WITHIN_MS = 300;
const COUNT_WITHIN_MS = 300;

interface Page {
  readonly name: BarePage;
  readonly query: ListQuery;
  readonly values: readonly unknown[];
}

/** Milliseconds, and the ratio within a turn. */
interface PageTime {
  readonly name: BarePage;
  readonly ours: number;
  readonly bare: number;
  readonly ratio: number;
}

/** What is asked for beside a page, whose own time counts too: the first one by creation, which an index serves. */
const COUNTS = [
  { name: 'how many keys', query: { count: true } },
  { name: 'how many active keys', query: { count: true, status: 'active' } },
  { name: 'the counts of the filters (an estimate)', query: { counts: true } },
  {
    name: "the counts of the filters, one user's keys",
    query: { counts: true, userId: 'user-77' },
  },
] as const satisfies readonly { name: string; query: ListQuery }[];

interface CountTime {
  readonly name: string;
  readonly ms: number;
}

async function timeCount(
  keystamp: Keystamp,
  { name, query }: (typeof COUNTS)[number],
): Promise<CountTime> {
  const round = () =>
    timeOf(() => keystamp.listApiKeys({ ...query, sort: 'created_at', limit: 1 }));
  const samples = await interleave([{ name, round }], { turns: 7, warmUps: 2 });
  return { name, ms: median(samplesOf(samples, name)) };
}

export const list: Section = {
  name: 'list',
  title: `The list at ${KEYS.toLocaleString('en-US')} keys`,
  about: `Pages of 50 of ${KEYS.toLocaleString('en-US')} keys of ${USERS.toLocaleString('en-US')} users, one in five never used, by \`listApiKeys\` and by one bare statement written for that page alone (same rows, same order; it joins no user
unless the filter needs one, tells no status, no address, no next page and no begin of tracking). The deep pages begin after row ${DEEP.toLocaleString('en-US')}. Both give the same rows: checked before they are timed.`,
  async run(ground) {
    const url = await ground.createDatabase();
    const database = await openDatabase(url, { poolSize: 4 });
    ground.say(`seeding ${KEYS} keys`);
    await seedRows(database, { keys: KEYS, users: USERS, used: 0.8 });
    const keystamp = await createKeystamp({ database });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const times: PageTime[] = [];
      for (const page of await pagesToRead(client)) {
        ground.say(page.name);
        times.push(await timePage(keystamp, client, page));
      }
      ground.say('counts');
      const counts: CountTime[] = [];
      for (const one of COUNTS) counts.push(await timeCount(keystamp, one));
      return report(times, counts);
    } finally {
      await client.end();
      await keystamp.close();
      await database.end();
    }
  },
};

async function pagesToRead(client: pg.Client): Promise<Page[]> {
  return [
    { name: 'first', query: {}, values: [] },
    {
      name: 'by last use, oldest first',
      query: { sort: 'last_used_at', order: 'asc' },
      values: [],
    },
    { name: 'by creation', query: { sort: 'created_at' }, values: [] },
    { name: 'by name', query: { sort: 'name' }, values: [] },
    { name: 'by expiry', query: { sort: 'expires_at' }, values: [] },
    await deepPageByUse(client),
    await deepPageByCreation(client),
    { name: "one user's", query: { userId: 'user-77' }, values: ['user-77'] },
    { name: 'unused for 90 days', query: { unusedFor: 90 }, values: [] },
  ];
}

const microseconds = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text`;

async function deepPageByUse(client: pg.Client): Promise<Page> {
  const { rows } = await client.query(`select id, last_used_at::text, created_at::text,
  ${microseconds('last_used_at')} as value, ${microseconds('created_at')} as created_us
from keystamp.api_keys order by last_used_at desc nulls last, created_at desc, id desc offset ${DEEP} limit 1`);
  const { id, last_used_at, created_at, value, created_us } = rows[0];
  const cursor = encodeCursor({
    sort: 'last_used_at',
    order: 'desc',
    value,
    createdAt: created_us,
    id,
  });
  return { name: 'deep, by last use', query: { cursor }, values: [last_used_at, created_at, id] };
}

async function deepPageByCreation(client: pg.Client): Promise<Page> {
  const { rows } =
    await client.query(`select id, created_at::text, ${microseconds('created_at')} as created_us
from keystamp.api_keys order by created_at desc, id desc offset ${DEEP} limit 1`);
  const { id, created_at, created_us } = rows[0];
  const cursor = encodeCursor({
    sort: 'created_at',
    order: 'desc',
    value: created_us,
    createdAt: created_us,
    id,
  });
  return {
    name: 'deep, by creation',
    query: { sort: 'created_at', cursor },
    values: [created_at, id],
  };
}

/** What takes less is at the mercy of every moment of the machine, and is timed in more of them. */
const QUICK_MS = 5;

async function timePage(keystamp: Keystamp, client: pg.Client, page: Page): Promise<PageTime> {
  const { name, query, values } = page;
  const ours = async () => (await keystamp.listApiKeys(query)).keys.map(({ id }) => id);
  const bare = () => readBarePage(client, name, values);
  await expectSame(name, await ours(), await bare());
  const samples = await interleave(
    [
      { name: 'ours', round: () => timeOf(ours) },
      { name: 'bare', round: () => timeOf(bare) },
    ],
    // As many again as it takes for the server to settle on a plan for the prepared statements.
    { turns: (await timeOf(bare)) < QUICK_MS ? 61 : 9, warmUps: 6 },
  );
  return {
    name,
    ours: median(samplesOf(samples, 'ours')),
    bare: median(samplesOf(samples, 'bare')),
    ratio: ratioOf(samples, 'ours', 'bare'),
  };
}

async function expectSame(
  name: string,
  ours: readonly string[],
  bare: readonly string[],
): Promise<void> {
  if (ours.length === 50 && ours.join() === bare.join()) return;
  throw new Error(
    `The page "${name}" is not the bare statement's: ${ours.length} and ${bare.length} rows`,
  );
}

/** In ms; of quick ones the average of as many as make it worth timing. */
async function timeOf(read: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  let count = 0;
  do {
    await read();
    count++;
  } while (performance.now() - from < 20);
  return (performance.now() - from) / count;
}

function report(times: readonly PageTime[], counts: readonly CountTime[]): Findings {
  const first = times.find(({ name }) => name === 'first');
  return {
    tables: [
      {
        title: 'Milliseconds a page',
        columns: ['page', 'listApiKeys', 'bare SQL', 'ratio'],
        rows: times.map(({ name, ours, bare, ratio }) => [name, ours, bare, ratio]),
      },
      {
        title: 'Milliseconds to count',
        columns: ['', 'listApiKeys, with a page of one'],
        rows: counts.map(({ name, ms }) => [name, ms]),
      },
    ],
    goals: [
      {
        text: 'the first page',
        unit: 'ms',
        atMost: FIRST_WITHIN_MS,
        measured: first?.ours ?? Number.NaN,
      },
      ...times.map(({ name, ratio }) => ({
        text: `${name}, of the bare SQL`,
        unit: 'times',
        atMost: 1.3,
        measured: ratio,
      })),
      ...counts.map(({ name, ms }) => ({
        text: name,
        unit: 'ms',
        atMost: COUNT_WITHIN_MS,
        measured: ms,
      })),
    ],
    plots: plotsOf(times),
  };
}

function plotsOf(times: readonly PageTime[]): Findings['plots'] {
  return [
    {
      file: 'list',
      title: `A page of 50 of ${KEYS.toLocaleString('en-US')} keys`,
      unit: 'milliseconds; less is better',
      scale: 'log',
      groups: times.map(({ name, ours, bare }) => ({
        title: name,
        bars: [
          { label: 'bare SQL', value: bare, side: 'limit' as const },
          { label: 'listApiKeys', value: ours, side: 'keystamp' as const },
        ],
      })),
    },
  ];
}
