import type {
  ChangeUser,
  CreateUser,
  ListUsersAnswer,
  User,
  UserAnswer,
  UserSort,
} from '@keystamp/server/contract';
import { request } from './request.ts';

export function listUsers(
  query: { q?: string; sort?: UserSort; order?: string; cursor?: string; limit?: string },
  signal?: AbortSignal,
): Promise<ListUsersAnswer> {
  return request('GET', `/api/users?${new URLSearchParams(query)}`, { signal });
}

export async function createUser(body: CreateUser): Promise<User> {
  return (await request<UserAnswer>('POST', '/api/users', { body })).user;
}

export async function changeUser(id: string, body: ChangeUser): Promise<User> {
  const path = `/api/users/${encodeURIComponent(id)}`;
  return (await request<UserAnswer>('PATCH', path, { body })).user;
}
