import { expect, expectTypeOf, it } from 'vitest';
import type {
  MigrateDownOptions,
  MigrateUpOptions,
  OpenDatabaseOptions,
} from '../src/database/index.js';
import type { KeyRequirement, ProblemExtra } from '../src/http/index.js';
import type {
  CreateApiKeyInput,
  ImportApiKeyInput,
  KeystampOptions,
  ListQuery,
  Ownership,
  RotateOptions,
  UpdateApiKeyInput,
  ValidateOptions,
} from '../src/index.js';
import type { ApiKeyPluginOptions } from '../src/middleware/fastify.js';
import type { WithApiKeyOptions } from '../src/middleware/next.js';
import type { RequestSurroundings } from '../src/middleware/web.js';
import { createTestKeystamp } from './support/keystamp.js';

/** The optional fields of `T` that do not take undefined, under `exactOptionalPropertyTypes`. */
type Exact<T> = {
  [Field in keyof T]-?: object extends Pick<T, Field>
    ? { [Its in Field]: undefined } extends Pick<T, Field>
      ? never
      : Field
    : never;
}[keyof T];

// Held by `npm run typecheck`.
it('an optional field takes undefined: `{ database: process.env.DATABASE_URL }` compiles', () => {
  expectTypeOf<Exact<{ a?: string; b?: string | undefined }>>().toEqualTypeOf<'a'>();
  expectTypeOf<
    | Exact<UpdateApiKeyInput>
    | Exact<ApiKeyPluginOptions>
    | Exact<CreateApiKeyInput>
    | Exact<ImportApiKeyInput>
    | Exact<KeyRequirement>
    | Exact<KeystampOptions>
    | Exact<MigrateDownOptions>
    | Exact<MigrateUpOptions>
    | Exact<OpenDatabaseOptions>
    | Exact<ProblemExtra>
    | Exact<RequestSurroundings>
    | Exact<RotateOptions>
    | Exact<ValidateOptions>
    | Exact<WithApiKeyOptions>
  >().toEqualTypeOf<never>();
});

it('the limit to one user does not: undefined would be everybody', () => {
  expectTypeOf<Exact<Ownership>>().toEqualTypeOf<'userId'>();
  expectTypeOf<Exact<ListQuery>>().toEqualTypeOf<'userId'>();
});

it('undefined means the same as left out', async () => {
  const none = undefined;
  const test = await createTestKeystamp({
    dataDir: none,
    listenDatabase: none,
    migrate: none,
    label: none,
    cacheSize: none,
    outageGraceMs: none,
    maxKeysPerUser: none,
    logger: none,
    now: none,
  });
  const { keystamp } = test;
  const { apiKey, key } = await keystamp.createApiKey({
    userId: 'ada',
    name: 'CI',
    scopes: none,
    expiresAt: none,
  });
  const asked = { scopes: none, recordUse: none };
  expect(await keystamp.validateUserApiKey(apiKey, asked)).toMatchObject({ valid: true });
  expect(
    await keystamp.updateApiKey(key.id, { name: none, scopes: none, expiresAt: none }),
  ).toEqual(expect.objectContaining({ name: 'CI', scopes: [], expiresAt: null }));
  const query = { sort: none, order: none, q: none, status: none, unusedFor: none };
  const page = { keyHash: none, count: none, limit: none, cursor: none };
  const { keys, count } = await keystamp.listApiKeys({ ...query, ...page });
  expect([keys.map(({ id }) => id), count]).toEqual([[key.id], null]);
  const bare = { userId: 'ada', name: 'Old', keyHash: new Uint8Array(32) };
  const left = {
    keyPrefix: none,
    scopes: none,
    createdAt: none,
    expiresAt: none,
    lastUsedAt: none,
  };
  expect(await keystamp.importApiKeys([{ ...bare, ...left }])).toEqual(['imported']);
  expect(await keystamp.rotateApiKey(key.id, { graceSeconds: none })).not.toBeNull();
  await test.close();
});
