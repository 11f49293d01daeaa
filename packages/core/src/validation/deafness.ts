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
