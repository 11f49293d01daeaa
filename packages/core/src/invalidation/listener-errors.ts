/** A connection that answers does not hear of changes. It does not pass by itself: somebody has to do something. */
export class Deafness extends Error {}

/** A pooler keeps no session for its client: notifications go to whoever has it at that moment, or to nobody. */
export class PoolerError extends Deafness {
  override readonly name = 'PoolerError';

  constructor() {
    super('A pooler is in between; notifications need a direct connection (LISTEN_DATABASE_URL).');
  }
}

/** What is told in one database is not heard in another. */
export class ElsewhereError extends Deafness {
  override readonly name = 'ElsewhereError';

  constructor() {
    super('LISTEN_DATABASE_URL leads to another database than DATABASE_URL.');
  }
}

/** Nobody tells: a migration was taken back, or somebody disabled the triggers. */
export class MuteError extends Deafness {
  override readonly name = 'MuteError';

  constructor() {
    super('Triggers that tell of changes are missing or disabled; the migrations make them.');
  }
}

/** A change was made, and nothing of it arrived. */
export class UnheardError extends Deafness {
  override readonly name = 'UnheardError';

  constructor() {
    super(
      'A test change of keys and users does not arrive as a notification. Look for a replaced function keystamp.notify_…, a distributed table, or session_replication_role.',
    );
  }
}

/** The database refuses the change that would prove it. */
export class UnprovableError extends Deafness {
  override readonly name = 'UnprovableError';

  constructor(readonly refusal: Error) {
    super('The database refuses the test change that proves it, keystamp.probe_listeners.');
  }
}

/** A server without changes tells of none; whether others may make them there is not known. */
export class ReadOnlyError extends Deafness {
  override readonly name = 'ReadOnlyError';

  constructor() {
    super('The database is read-only, so that no test change can prove it.');
  }
}
