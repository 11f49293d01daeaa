import type { SetupAnswer, SignInMethods, User, UserAnswer } from '@keystamp/server/contract';
import { ApiRefusal } from './failure.ts';
import { reportSignedIn } from './page-session.ts';
import { request } from './request.ts';
import { notifyTabs } from './tabs.ts';

/** Who is signed in, whatever the page is open for; null: nobody. */
export async function getMe(signal?: AbortSignal): Promise<User | null> {
  const options = { signal, endsSession: false, forPageUser: false };
  try {
    return (await request<UserAnswer>('GET', '/api/auth/me', options)).user;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 401) return null;
    throw error;
  }
}

/** Finds out whether the session of the page is there; without an answer nothing changes. */
export async function checkPageSession(): Promise<void> {
  const user = await getMe().catch(() => undefined);
  if (user !== undefined) reportSignedIn(user ?? 'nobody');
}

export async function signIn(email: string, password: string): Promise<User> {
  const body = { email, password };
  const answer = await request<UserAnswer>('POST', '/api/auth/login', { body, endsSession: false });
  notifyTabs(answer.user.id);
  return answer.user;
}

/** What people may sign in by instead of a password. */
export function getSignInMethods(signal?: AbortSignal): Promise<SignInMethods> {
  return request('GET', '/api/auth/methods', { signal, endsSession: false });
}

/** Ends the session; one that is over already is no failure. */
export async function signOut(): Promise<void> {
  try {
    await request('POST', '/api/auth/logout', { endsSession: false });
  } catch (error) {
    if (!(error instanceof ApiRefusal && error.status === 401)) throw error;
  }
  notifyTabs(null);
}

export function changePassword(current: string, next: string): Promise<null> {
  return request('PUT', '/api/auth/password', { body: { current, new: next } });
}

export async function isSetupNeeded(signal?: AbortSignal): Promise<boolean> {
  return (await request<SetupAnswer>('GET', '/api/setup', { signal, endsSession: false })).needed;
}

export async function setUp(token: string, email: string, password: string): Promise<User> {
  const body = { token, email, password };
  const answer = await request<UserAnswer>('POST', '/api/setup', { body, endsSession: false });
  return answer.user;
}
