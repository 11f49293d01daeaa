import type {
  ApiKeyStatus,
  ListApiKeysQuery,
  ListOrder,
  ListSort,
  User,
} from '@keystamp/server/contract';
import {
  API_KEY_STATUSES,
  LIST_ORDERS,
  LIST_SORTS,
  MAX_SEARCH_LENGTH,
  readDays,
} from 'keystamp/rules';

export const PAGE_SIZE = 50;

/** What of all keys is to be seen: the part of the page that lives in the address bar. */
export interface View {
  /** `all`, or the id of one user. */
  readonly user: string;
  readonly q: string;
  readonly status: ApiKeyStatus | null;
  /** `30d`, `never`; null: no such filter. */
  readonly unusedFor: string | null;
  /** `30d`: expires so soon; `never`: does not expire. */
  readonly expiresWithin: string | null;
  readonly sort: ListSort;
  readonly order: ListOrder;
  /** From 1; only the cursor finds the page, the number is for people. */
  readonly page: number;
  readonly cursor: string | null;
}

/** The order that a column has at the first press of its heading. Of unused keys those come first that were used longest ago. */
export function firstOrderOf(sort: ListSort, unusedFor: string | null = null): ListOrder {
  if (sort === 'last_used_at' && unusedFor !== null) return 'asc';
  return sort === 'name' || sort === 'expires_at' ? 'asc' : 'desc';
}

/** Reads a query string; what it does not know it leaves at its default, and `leftOutOf` names it. */
export function readView(search: string): View {
  const params = new URLSearchParams(search);
  const sort = oneOf(LIST_SORTS, params.get('sort')) ?? 'last_used_at';
  const unusedFor = daysOf(params.get('unused_for'));
  const cursor = params.get('cursor');
  return {
    user: params.get('user') || 'all',
    q: (params.get('q') ?? '').slice(0, MAX_SEARCH_LENGTH),
    status: oneOf(API_KEY_STATUSES, params.get('status')),
    unusedFor,
    expiresWithin: daysOf(params.get('expires_within')),
    sort,
    order: oneOf(LIST_ORDERS, params.get('order')) ?? firstOrderOf(sort, unusedFor),
    page: cursor ? Math.max(2, Number.parseInt(params.get('page') ?? '', 10) || 2) : 1,
    cursor: cursor || null,
  };
}

/** The parts of an address by their parameters, as people call them. */
const partNames: Readonly<Record<string, string>> = {
  user: 'user',
  q: 'search',
  status: 'status',
  unused_for: 'unused for',
  expires_within: 'expires in',
  sort: 'sorting',
  order: 'order',
  page: 'page',
  cursor: 'page',
};

export function partNameOf(parameter: string): string {
  return Object.hasOwn(partNames, parameter) ? (partNames[parameter] as string) : 'an unknown part';
}

/** The parts of an address that its view leaves out, by name: no link puts words of its own on the page. */
export function leftOutOf(search: string, me: Pick<User, 'id' | 'is_admin'>): string[] {
  const view = readView(search);
  const taken: Readonly<Record<string, string | null>> = {
    user: me.is_admin ? view.user : me.id,
    q: view.q,
    status: view.status,
    unused_for: view.unusedFor,
    expires_within: view.expiresWithin,
    sort: view.sort,
    order: view.order,
    page: String(view.page),
    cursor: view.cursor,
  };
  const leftOut = [...new URLSearchParams(search)].filter(
    ([name, value]) => !Object.hasOwn(taken, name) || (value !== '' && value !== taken[name]),
  );
  return [...new Set(leftOut.map(([name]) => partNameOf(name)))];
}

/** The query string of a view, without what is at its default; empty, or with its `?`. */
export function searchOfView(view: View): string {
  const params = new URLSearchParams();
  if (view.user !== 'all') params.set('user', view.user);
  if (view.q !== '') params.set('q', view.q);
  if (view.status !== null) params.set('status', view.status);
  if (view.unusedFor !== null) params.set('unused_for', view.unusedFor);
  if (view.expiresWithin !== null) params.set('expires_within', view.expiresWithin);
  if (view.sort !== 'last_used_at') params.set('sort', view.sort);
  if (view.order !== firstOrderOf(view.sort, view.unusedFor)) params.set('order', view.order);
  if (view.cursor !== null) {
    params.set('page', String(view.page));
    params.set('cursor', view.cursor);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

export type ViewChange = Partial<Omit<View, 'page' | 'cursor'>>;

/** The view with a change; whatever changes, it begins at its first page again. */
export function changeView(view: View, change: ViewChange): View {
  const next = { ...view, ...change, ...takenOff(view, change), page: 1, cursor: null };
  const isFirstOrder = view.order === firstOrderOf(view.sort, view.unusedFor);
  if (change.order !== undefined || change.sort !== undefined || !isFirstOrder) return next;
  return { ...next, order: firstOrderOf(next.sort, next.unusedFor) };
}

/**
 * The filters that a change takes off. Only active keys can be unused or about to expire: together with another status they
 * would find nothing.
 */
export function takenOff(view: View, change: ViewChange): ViewChange {
  const isNew = (status: View['status'] | undefined) => status != null && status !== 'active';
  if (isNew(change.status)) {
    return {
      ...(view.unusedFor === null ? {} : { unusedFor: null }),
      ...(view.expiresWithin === null ? {} : { expiresWithin: null }),
    };
  }
  const needsActive = change.unusedFor != null || change.expiresWithin != null;
  return needsActive && isNew(change.status ?? view.status) ? { status: null } : {};
}

/** What to ask the server for. Only administrators may name a user, others see their own keys. */
export function filterOfView(view: View, isAdmin: boolean): ListApiKeysQuery {
  return {
    ...(isAdmin ? { user: view.user } : {}),
    ...(view.q.trim() === '' ? {} : { q: view.q.trim() }),
    ...(view.status === null ? {} : { status: view.status }),
    ...(view.unusedFor === null ? {} : { unused_for: view.unusedFor }),
    ...(view.expiresWithin === null ? {} : { expires_within: view.expiresWithin }),
  };
}

/** A press of a heading: its first order, and at the next press the other one. */
export function nextSort(view: View, sort: ListSort): Pick<View, 'sort' | 'order'> {
  const first = firstOrderOf(sort, view.unusedFor);
  const other = first === 'asc' ? 'desc' : 'asc';
  return { sort, order: view.sort === sort && view.order === first ? other : first };
}

export function isFiltered(view: View): boolean {
  return isNarrowed(view) || view.q !== '' || view.user !== 'all';
}

/** Whether a filter is on, of those that ask what keys are now. */
export function isNarrowed({ status, unusedFor, expiresWithin }: View): boolean {
  return status !== null || unusedFor !== null || expiresWithin !== null;
}

function daysOf(text: string | null): string | null {
  return text !== null && readDays(text) !== null ? text : null;
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | null {
  return values.find((value) => value === text) ?? null;
}
