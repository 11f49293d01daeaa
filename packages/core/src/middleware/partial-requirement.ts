import { type CheckedRequirement, checkRequirement, type KeyRequirement } from '../http/index.js';

/** A requirement with the given fields alone, for one that stands over another. Throws an ArgumentError for a wrong one. */
export function checkPartialRequirement(requirement: KeyRequirement): Partial<CheckedRequirement> {
  const checked = checkRequirement(requirement);
  const isGiven = ([name]: [string, unknown]) =>
    Object.hasOwn(requirement, name) && requirement[name as keyof KeyRequirement] !== undefined;
  return Object.fromEntries(Object.entries(checked).filter(isGiven));
}
