import type { TestProject } from 'vitest/node';
import { postgresBinaries } from '../postgres/binaries.js';
import { type PgBouncer, startPgBouncer } from '../postgres/pgbouncer.js';
import { startPostgres } from '../postgres/server.js';
import {
  type EmbeddedTemplates,
  makeEmbeddedTemplates,
  makePostgresTemplate,
  type SchemaOf,
} from './templates.js';

declare module 'vitest' {
  export interface ProvidedContext {
    testGround: TestGround;
  }
}

/** What test files get of what was set up once for the run. */
export type TestGround =
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly template: string;
      /** URL of a pooler in transaction mode that everything but notifications and migrations goes through; null: none. */
      readonly pooler: string | null;
    }
  | { readonly kind: 'embedded'; readonly templates: EmbeddedTemplates };

interface Running {
  /** With templates of the schema that a project tests. */
  groundFor(schema: SchemaOf): Promise<TestGround>;
  end(): Promise<void>;
}

/** Projects of one run share a server; vitest loads and runs this file once for each of them. */
const shared = globalThis as { keystampTestGrounds?: Map<string, Promise<Running>> };
shared.keystampTestGrounds ??= new Map();
const grounds = shared.keystampTestGrounds;

/** Starts what the project's database needs, once for the run, and hands it to the test files. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { env } = project.config;
  const kind = env?.['KEYSTAMP_TEST_DATABASE'] ?? 'embedded';
  const schema = env?.['KEYSTAMP_TEST_SCHEMA'] === 'core' ? 'core' : 'server';
  const made = grounds.get(kind) ?? start(kind, env?.['TEST_POSTGRES_VERSION']);
  grounds.set(kind, made);
  const { groundFor, end } = await made;
  project.provide('testGround', await groundFor(schema));
  return async () => {
    if (grounds.delete(kind)) await end();
  };
}

/** `version`: the PostgreSQL that the project insists on, whatever server the environment offers. */
function start(kind: string, version: string | undefined): Promise<Running> {
  if (kind === 'embedded') return onEmbedded();
  return onPostgres(kind, version);
}

/** Each of these changes how PostgreSQL writes values, or what a transaction sees. Connections of the product set their own. */
const UNUSUAL_SETTINGS = {
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: -15,
  timezone: 'Asia/Kolkata',
  default_transaction_isolation: 'serializable',
};

async function onPostgres(kind: string, version: string | undefined): Promise<Running> {
  const given = version === undefined ? process.env['TEST_DATABASE_URL'] : undefined;
  const isPartitioned = kind === 'partitioned';
  const options = isPartitioned ? UNUSUAL_SETTINGS : {};
  const start = () => startPostgres({ bin: postgresBinaries(version), options });
  const server = given === undefined ? await start() : undefined;
  const url = given ?? (server?.url as string);
  const isPooled = kind === 'pgbouncer';
  const pooler: PgBouncer | null = isPooled ? await startPgBouncer(url) : null;
  return {
    groundFor: async (schema) => ({
      kind: 'postgres',
      url,
      template: await makePostgresTemplate(url, schema, isPartitioned),
      pooler: pooler?.urlOf('postgres') ?? null,
    }),
    end: async () => {
      await pooler?.end();
      await server?.end();
    },
  };
}

async function onEmbedded(): Promise<Running> {
  return {
    groundFor: async (schema) => ({
      kind: 'embedded',
      templates: await makeEmbeddedTemplates(schema),
    }),
    end: async () => {},
  };
}
