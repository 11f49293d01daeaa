import { isScope } from 'keystamp/rules';
import { wrongField } from '../rules/refusal.js';

/** Longest text of scopes in a request. */
export const MAX_SCOPE_LIST = 5000;

/** The scopes in a parameter `scope`, with spaces between them (RFC 6749 §3.3). Throws a refusal with what was `expected`. */
export function readScopeList(text: unknown, expected: string): readonly string[] {
  if (text === undefined) return [];
  const scopes = typeof text === 'string' ? text.split(' ').filter((each) => each !== '') : [''];
  if (scopes.every(isScope)) return scopes;
  throw wrongField('scope', `expected ${expected}`);
}
