import type { Keystamp } from 'keystamp';
import type { AccessEvents } from './audit/access-events.js';
import type { OidcProvider } from './auth/oidc/provider.js';
import type { PasswordHasher } from './auth/sessions/password-hash.js';
import type { SessionReader } from './auth/sessions/session-reader.js';
import type { SignInAttempts } from './auth/sessions/sign-in-limits.js';
import type { SignInTurns } from './auth/sessions/sign-in-turns.js';
import type { ServerConfig } from './config/config.js';
import type { BatchReader } from './http/batch-reader.js';
import type { ChangeLimiter } from './routes/api-keys/change-limiter.js';
import type { UserToSignIn } from './sql/find-users-to-sign-in.js';
import type { TlsServers } from './tls/tls-servers.js';

/** What the routes work with. One per process, made by `buildApp`. */
export interface ServerContext {
  readonly keystamp: Keystamp;
  readonly config: ServerConfig;
  readonly passwords: PasswordHasher;
  readonly attempts: SignInAttempts;
  readonly signInTurns: SignInTurns;
  readonly keyChanges: ChangeLimiter;
  /** By their addresses. */
  readonly usersToSignIn: BatchReader<UserToSignIn>;
  readonly sessions: SessionReader;
  /** Whether there is an active administrator. */
  hasAdmin(): Promise<boolean>;
  /** Null: sign-in is by password alone. */
  readonly oidc: OidcProvider | null;
  readonly accessEvents: AccessEvents;
  /** What speaks TLS here; null: the server speaks plain HTTP. */
  readonly tls: TlsServers | null;
  /** Log lines that could not be written since the start. */
  droppedLines(): number;
  /** True from the first signal to stop. */
  isStopping: boolean;
  /** The port in use: browsers reach it on loopback while no public URL is configured. */
  localPort(): number;
}

/** What users are kept with; commands have no more of a server than this. */
export type UserKeeping = Pick<ServerContext, 'keystamp' | 'passwords'>;
