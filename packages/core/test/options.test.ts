import { expect, it } from 'vitest';
import { createKeystamp, type KeystampOptions } from '../src/index.js';

it.each<[Partial<Record<keyof KeystampOptions, unknown>>, string]>([
  [{ precisionMs: 199 }, 'precisionMs: expected a whole number from 200 to 25000'],
  [{ precisionMs: 25_001 }, 'precisionMs: expected'],
  [{ precisionMs: '1000' }, 'precisionMs: expected'],
  [{ flushIntervalMs: 0 }, 'flushIntervalMs: expected a whole number from 50 to 10000'],
  [{ cacheSize: -1 }, 'cacheSize: expected'],
  [{ outageGraceMs: 0.5 }, 'outageGraceMs: expected'],
  [{ maxKeysPerUser: 0 }, 'maxKeysPerUser: expected'],
  [{ label: 'KS' }, 'label: expected'],
  [{ logger: {} }, "logger: expected an object with pino's methods"],
  [{ now: 5 }, 'now: expected a function'],
  [{ database: 7 }, 'database: expected'],
  [{ precisonMs: 5 } as object, 'precisonMs: expected a known name; the nearest is precisionMs'],
  [{ flush_interval_ms: 5 } as object, 'the nearest is flushIntervalMs'],
  [{ colour: 'red' } as object, 'colour: expected one of database, dataDir, '],
  [{ [`ks ${'x'.repeat(50)}`]: 1 }, '(unprintable): expected one of'],
])('K6 a wrong option %o is named, and nothing is opened', async (options, message) => {
  await expect(createKeystamp(options as KeystampOptions)).rejects.toThrow(message);
});
