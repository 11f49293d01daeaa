/** The server that answered is a standby: what it knows may be old. Its code is that of a refused write. */
export class StandbyError extends Error {
  override readonly name = 'StandbyError';
  readonly code = '25006';

  constructor() {
    super('The server is in recovery (a standby, or a demoted primary).');
  }
}
