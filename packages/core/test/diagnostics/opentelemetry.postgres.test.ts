import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestKeystamp, type TestKeystamp } from '../support/keystamp.js';

const EXAMPLE = new URL('../../../../examples/opentelemetry/keystamp-spans.mjs', import.meta.url);

/** A service with the SDK of OpenTelemetry. Arguments: URL of the database, a key, the example. Writes its spans. */
const service = `
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
const [url, apiKey, example] = process.argv.slice(1).filter((one) => one !== '--');
const { createKeystamp } = await import(dist + 'index.js');
const { traceKeystamp } = await import(example);
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const end = traceKeystamp(trace.getTracer('service'));
const keystamp = await createKeystamp({ database: url, migrate: false });
await keystamp.validateUserApiKey(apiKey);
await keystamp.validateUserApiKey('ks_garbage');
await keystamp.flush();
await keystamp.close();
await keystamp.validateUserApiKey(apiKey).catch(() => {});
end();
await keystamp.validateUserApiKey(apiKey).catch(() => {});
const spans = exporter.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes, status }));
console.log(JSON.stringify(spans));
process.exit(0);
`;

let test: TestKeystamp;
beforeAll(async () => {
  buildCore();
  test = await createTestKeystamp();
});
afterAll(() => test.close());

it('the example makes a span of each validation, read and flush, until it is ended', async () => {
  const { apiKey, key } = await test.issue({ userId: 'grace' });
  const child = runModule(service, test.ground.url as string, apiKey, EXAMPLE.href);
  const line = await child.line();
  const { errors } = await child.ended;
  expect(line, errors).not.toBeNull();
  const ok = { code: 0 };
  const stranger = { 'keystamp.outcome': 'malformed', 'keystamp.cache_hit': false };
  const known = {
    'keystamp.outcome': 'valid',
    'keystamp.key.id': key.id,
    'keystamp.user.id': 'grace',
    'keystamp.cache_hit': false,
  };
  expect(JSON.parse(line ?? '')).toEqual([
    {
      name: 'keystamp.read',
      attributes: { 'keystamp.keys': 1, 'keystamp.keys.found': 1 },
      status: ok,
    },
    { name: 'keystamp.validate', attributes: known, status: ok },
    { name: 'keystamp.validate', attributes: stranger, status: ok },
    {
      name: 'keystamp.flush',
      attributes: { 'keystamp.keys': 1, 'keystamp.keys.written': 1 },
      status: ok,
    },
    {
      name: 'keystamp.validate',
      attributes: { 'keystamp.cache_hit': false },
      status: { code: 2, message: 'closed' },
    },
  ]);
});
