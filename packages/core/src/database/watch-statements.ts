import type { Database, Session } from './database.js';

/** The same database, which reports each statement that fails, and each connection that is not had. */
export function watchStatements(database: Database, onFailure: (error: unknown) => void): Database {
  const watched = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      onFailure(error);
      throw error;
    }
  };
  const watchedSession = (session: Session): Session => ({
    backendPid: session.backendPid,
    query: (text, params) => watched(session.query(text, params)),
    release: (error) => session.release(error),
  });
  return {
    kind: database.kind,
    named: database.named,
    get isEnded() {
      return database.isEnded;
    },
    identify: () => watched(database.identify()),
    query: (text, params) => watched(database.query(text, params)),
    connect: async (...given) => watchedSession(await watched(database.connect(...given))),
    connectDirect: async () => watchedSession(await watched(database.connectDirect())),
    // Its failures are the listener's to report.
    listen: (channel, handlers) => database.listen(channel, handlers),
    announce: (url) => database.announce?.(url),
    dismissGuests: async () => database.dismissGuests?.(),
    end: () => database.end(),
  };
}
