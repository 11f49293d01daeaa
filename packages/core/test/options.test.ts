import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDatabase } from '../src/database/index.js';
import { ArgumentError, createKeystamp, type KeystampOptions } from '../src/index.js';

const aFile = fileURLToPath(import.meta.url);

it.each<[Partial<Record<keyof KeystampOptions, unknown>>, string]>([
  [{ precisionMs: 199 }, 'precisionMs: expected a whole number from 200 to 25000'],
  [{ precisionMs: 25_001 }, 'precisionMs: expected'],
  [{ precisionMs: '1000' }, 'precisionMs: expected'],
  [{ flushIntervalMs: 0 }, 'flushIntervalMs: expected a whole number from 50 to 10000'],
  [{ cacheSize: -1 }, 'cacheSize: expected'],
  [{ outageGraceMs: 0.5 }, 'outageGraceMs: expected'],
  [{ maxKeysPerUser: 0 }, 'maxKeysPerUser: expected'],
  [{ historyDays: 0 }, 'historyDays: expected a whole number from 1 to 36500'],
  [{ historyDays: 36_501 }, 'historyDays: expected'],
  [{ label: 'KS' }, 'label: expected'],
  [{ logger: {} }, "logger: expected an object with pino's methods"],
  [{ now: 5 }, 'now: expected a function'],
  [{ now: () => Number.NaN }, 'now: expected a function that returns epoch milliseconds'],
  [{ now: () => 'x' }, 'now: expected a function that returns epoch milliseconds'],
  [{ migrate: 'no' }, 'migrate: expected true or false'],
  [{ migrate: null }, 'migrate: expected true or false'],
  [{ label: null }, 'label: expected'],
  [{ precisionMs: null }, 'precisionMs: expected'],
  [{ logger: null }, 'logger: expected'],
  [{ database: null }, 'database: expected'],
  [{ database: 7 }, 'database: expected'],
  [
    { database: 'postgres://' },
    'like postgres://user:password@host:5432/database; it names neither',
  ],
  [{ database: 'postgres:///' }, 'it names neither a host nor a database'],
  [{ database: 'postgres://ada@/' }, 'it names neither a host nor a database'],
  [{ listenDatabase: 5 }, 'listenDatabase: expected a PostgreSQL URL like'],
  [{ listenDatabase: null }, 'listenDatabase: expected a PostgreSQL URL like'],
  [{ listenDatabase: 'postgres://' }, 'listenDatabase: expected a PostgreSQL URL like'],
  [{ dataDir: 5 }, "dataDir: expected a folder's path"],
  [{ dataDir: '' }, "dataDir: expected a folder's path"],
  [{ dataDir: null }, "dataDir: expected a folder's path"],
  [{ dataDir: aFile }, 'dataDir: expected a folder that can be made and written; ENOTDIR'],
  [
    { dataDir: `${aFile}/below` },
    'dataDir: expected a folder that can be made and written; ENOTDIR',
  ],
  [{ precisonMs: 5 } as object, 'precisonMs: expected a known name; the nearest is precisionMs'],
  [{ flush_interval_ms: 5 } as object, 'the nearest is flushIntervalMs'],
  [{ colour: 'red' } as object, 'colour: expected one of database, dataDir, '],
  [{ [`ks ${'x'.repeat(50)}`]: 1 }, '(unprintable): expected one of'],
])('K6 a wrong option %o is named, and nothing is opened', async (options, message) => {
  const error = await createKeystamp(options as KeystampOptions).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).message).toContain(message);
});

it.each([
  'postgres:///keys?host=/run/postgresql',
  'postgres://?host=/run/postgresql&dbname=keys',
  'postgres://ada@/keys',
  'postgres://localhost/keys',
])('%s names enough', async (url) => {
  await (await openDatabase(url)).end();
});
