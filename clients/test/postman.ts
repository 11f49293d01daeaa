import { readFile, writeFile } from 'node:fs/promises';
import { type Outcome, refusalOf, type Site } from '../drivers/driver.js';
import { GENERATED, run } from './generate.js';

interface Item {
  name: string;
  item?: Item[];
  event?: object[];
  request?: {
    method: string;
    header: { key: string; value: string }[];
    url: { path: string[]; query: object[]; variable: { key: string; value: string }[] };
    body?: object;
    auth?: { type: string };
  };
}

/** What a user of Postman changes in a request of the collection. */
interface Step {
  readonly does: `${'GET' | 'POST'} /${string}`;
  readonly body?: object;
  readonly query?: { key: string; value: string }[];
  /** Runs after the answer. */
  readonly script?: string;
}

/** Signs in, which leaves the cookie in the jar; the key of the answer becomes the token of the collection. */
const stepsOf = ({ email, password }: Site): Step[] => [
  { does: 'POST /api/auth/login', body: { email, password } },
  {
    does: 'POST /api/api-keys',
    body: { name: 'Postman' },
    script: `const { api_key, info } = pm.response.json();
      pm.collectionVariables.set('bearerToken', api_key);
      pm.collectionVariables.set('id', info.id);`,
  },
  { does: 'GET /api/api-keys' },
  { does: 'GET /api/api-keys', query: [{ key: 'limit', value: '0' }] },
  { does: 'POST /api/api-keys/:id/revoke' },
  { does: 'GET /api/api-keys' },
];

/** Runs requests of the collection that Postman's converter has made, in Postman's own runner. */
export async function drivePostman(site: Site): Promise<Outcome> {
  const collection = JSON.parse(await readFile(`${GENERATED}/postman.json`, 'utf8'));
  const items = itemsOf(collection);
  const item = stepsOf(site).map((step) => prepared(step, items, site.origin));
  await writeFile(`${GENERATED}/story.json`, JSON.stringify({ ...collection, item }));
  const report = `${GENERATED}/newman.json`;
  const { output } = await run(`newman run story.json -r json --reporter-json-export ${report}`);
  const answers = answersOf(await readFile(report, 'utf8').catch(() => output));
  const [, created, listed, wrong, revoked, refused] = answers;
  return {
    id: created.info.id,
    listed: listed.api_keys.map(({ id }: { id: string }) => id),
    revoked: revoked.info.status,
    wrongField: refusalOf(wrong),
    refused: refusalOf(refused),
  };
}

/** How each request of the collection sends who asks. Null: not at all. */
export async function postmanAuth(): Promise<Record<string, string | null>> {
  const items = itemsOf(JSON.parse(await readFile(`${GENERATED}/postman.json`, 'utf8')));
  return Object.fromEntries(
    items.map((item) => [nameOf(item), item.request?.auth?.type ?? null] as const),
  );
}

function itemsOf(folder: { item?: Item[] }): Item[] {
  return (folder.item ?? []).flatMap((item) => (item.request ? [item] : itemsOf(item)));
}

function nameOf({ request }: Item): string {
  return `${request?.method} /${request?.url.path.join('/')}`;
}

function prepared({ does, body, query = [], script }: Step, items: Item[], origin: string): Item {
  const found = items.find((item) => nameOf(item) === does);
  if (found?.request === undefined) throw new Error(`the collection has no ${does}`);
  const { request, ...rest } = structuredClone(found) as Item & { request: object };
  const raw = JSON.stringify(body ?? {});
  return {
    ...rest,
    event: script === undefined ? [] : [{ listen: 'test', script: { exec: [script] } }],
    request: {
      ...found.request,
      header: [...found.request.header, { key: 'Origin', value: origin }],
      url: { ...found.request.url, query, variable: [{ key: 'id', value: '{{id}}' }] },
      ...(request && does.startsWith('POST') ? { body: { mode: 'raw', raw } } : { body: {} }),
    },
  };
}

interface Report {
  run: { executions: { response?: { stream: { data: number[] } } }[] };
}

// biome-ignore lint/suspicious/noExplicitAny: the bodies of Postman's answers have no types.
function answersOf(report: string): any[] {
  const { executions } = (JSON.parse(report) as Report).run;
  return executions.map(({ response }) =>
    JSON.parse(Buffer.from(response?.stream.data ?? []).toString()),
  );
}
