import type { SetupAnswer, SignInMethods, User, UserAnswer } from '@keystamp/server/contract';
import { ApiRefusal } from './failure.ts';
import { request } from './request.ts';

/** Who is signed in; null: nobody. */
export async function getMe(signal?: AbortSignal): Promise<User | null> {
  try {
    const answer = await request<UserAnswer>('GET', '/api/auth/me', { signal, endsSession: false });
    return answer.user;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(email: string, password: string): Promise<User> {
  const body = { email, password };
  const answer = await request<UserAnswer>('POST', '/api/auth/login', { body, endsSession: false });
  return answer.user;
}

/** The host of the provider that people may sign in at instead of by password; null: there is none. */
export async function getProviderHost(signal?: AbortSignal): Promise<string | null> {
  const path = '/api/auth/methods';
  return (await request<SignInMethods>('GET', path, { signal, endsSession: false })).oidc_host;
}

export function signOut(): Promise<null> {
  return request('POST', '/api/auth/logout', { endsSession: false });
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
