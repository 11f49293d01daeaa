/** The connection answers, but changes do not arrive. This lasts until somebody repairs the set-up. */
export class ListenerError extends Error {}

/** A pooler keeps no session for its client: notifications go to the client of that moment, or to none. */
export class PoolerError extends ListenerError {
  override readonly name = 'PoolerError';

  constructor() {
    super('A pooler is in between; notifications need a direct connection (LISTEN_DATABASE_URL).');
  }
}

/** A notification of one database does not reach listeners of another. */
export class WrongDatabaseError extends ListenerError {
  override readonly name = 'WrongDatabaseError';

  constructor() {
    super('LISTEN_DATABASE_URL leads to another database than DATABASE_URL.');
  }
}

/** The triggers that notify are missing (a migration was undone) or disabled. */
export class TriggersMissingError extends ListenerError {
  override readonly name = 'TriggersMissingError';

  constructor() {
    super('Triggers that announce changes are missing or disabled; the migrations create them.');
  }
}

/** A change was made, and nothing of it arrived. */
export class NotificationLostError extends ListenerError {
  override readonly name = 'NotificationLostError';

  constructor() {
    super(
      'A test change of keys and users does not arrive as a notification. Look for a replaced function keystamp.notify_…, a distributed table, or session_replication_role.',
    );
  }
}

/** The database refuses the change that would prove it. */
export class ProbeRefusedError extends ListenerError {
  override readonly name = 'ProbeRefusedError';

  constructor(readonly refusal: Error) {
    super('The database refuses the test change that proves it, keystamp.probe_listeners.');
  }
}

/** A read-only server accepts no test change; whether others can change it is unknown. */
export class ReadOnlyError extends ListenerError {
  override readonly name = 'ReadOnlyError';

  constructor() {
    super('The database is read-only, so that no test change can prove it.');
  }
}
