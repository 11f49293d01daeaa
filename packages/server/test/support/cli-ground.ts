import { createTestDatabase, type TestDatabase } from '@keystamp/testing/databases/test-database';
import { createKeystamp } from 'keystamp';
import { type CliResult, type CliSurroundings, keystamp } from './cli.js';

/** The command line over a database of its own. */
export interface CliGround {
  readonly ground: TestDatabase;
  run(args: string[], more?: Partial<CliSurroundings>): Promise<CliResult>;
  /** The reason why a key is refused; null: it may act. */
  judge(apiKey: string): Promise<string | null>;
  drop(): Promise<void>;
}

export async function createCliGround(
  options: Parameters<typeof createTestDatabase>[0] = {},
): Promise<CliGround> {
  const ground = await createTestDatabase(options);
  return {
    ground,
    run: (args, more = {}) => keystamp(args, { open: () => ground.open(), ...more }),
    judge: async (apiKey) => {
      const instance = await createKeystamp({ database: await ground.open() });
      const validation = await instance.validateUserApiKey(apiKey);
      await instance.close();
      return validation.valid ? null : validation.reason;
    },
    drop: () => ground.drop(),
  };
}
