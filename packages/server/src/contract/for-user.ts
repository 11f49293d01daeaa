import { problemType } from './problem-codes.js';

/** Sent by the page with every request: for whom it is made. A session of anybody else refuses it. */
export const FOR_USER_HEADER = 'x-keystamp-for';

/** The `type` of the problem document that refuses it, with status 409. */
export const OTHER_USER_PROBLEM = problemType('other_user');

/** A user's id as the header has it: an id may be any text, a header is ASCII. */
export function forUserValue(userId: string): string {
  return encodeURIComponent(userId);
}
