import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';

/** The packages whose code is measured. */
export const BETTER_AUTH_PACKAGES = ['better-auth', '@better-auth/api-key'];

/** The API-key plugin of better-auth over a database of its own: defaults, but for its rate limit, which is off. */
export interface BetterAuth {
  readonly pool: pg.Pool;
  /** So many keys of a user, who is made first; once in a database. */
  createKeys(count: number): Promise<string[]>;
  /** Throws where the key is refused. */
  verify(key: string): Promise<void>;
  end(): Promise<void>;
}

export async function startBetterAuth(url: string, poolSize: number): Promise<BetterAuth> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize });
  pool.on('error', () => {});
  const auth = betterAuth({
    database: pool,
    secret: 'a secret of a benchmark, 32 characters at least',
    baseURL: 'http://127.0.0.1',
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    telemetry: { enabled: false },
    plugins: [apiKey({ rateLimit: { enabled: false } })],
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  return {
    pool,
    async createKeys(count) {
      const body = { name: 'Ada', email: 'ada@example.com', password: 'a password of a benchmark' };
      const { user } = await auth.api.signUpEmail({ body });
      const keys: string[] = [];
      for (let n = 0; n < count; n++) {
        const made = await auth.api.createApiKey({ body: { name: `Key ${n}`, userId: user.id } });
        keys.push(made.key);
      }
      return keys;
    },
    async verify(key) {
      const { valid, error } = await auth.api.verifyApiKey({ body: { key } });
      if (!valid) throw new Error(`better-auth refused a good key: ${JSON.stringify(error)}`);
    },
    end: () => pool.end(),
  };
}
