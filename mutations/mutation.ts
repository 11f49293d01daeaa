/** The id of a promise in the table of README.md. */
export type PromiseId = `${'G' | 'K'}${number}`;

/** One part of the code that keeps a promise, taken out, and the test that has to fail then. */
export interface Mutation {
  readonly promises: readonly PromiseId[];
  /** What is taken out, as a sentence for the table. */
  readonly takenOut: string;
  /** From the root of the repository. An SQL file of the migrations is turned into code before the test runs. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly replace: string;
  readonly by: string;
  readonly test: MutationTest;
}

export interface MutationTest {
  readonly project:
    | `core-${'embedded' | 'postgres' | 'partitioned' | 'pgbouncer'}`
    | `server-${'embedded' | 'postgres' | 'pgbouncer'}`
    | 'admin';
  /** From the root of the repository. */
  readonly file: string;
  /** Its name, or a part of it without placeholders, as it stands in the file. */
  readonly name: string;
  /** Whether it runs the built program. */
  readonly isOfBuild: boolean;
}

/** Names the tests of one file. `isOfBuild`: they run the built program. */
export function testsOf(
  project: MutationTest['project'],
  file: string,
  { isOfBuild = false } = {},
): (name: string) => MutationTest {
  return (name) => ({ project, file, name, isOfBuild });
}
