import type { TSchema } from 'typebox';
import { Problem } from '../../contract/problem.js';
import { PROBLEM_STATUSES, type ProblemCode, problemType } from '../../contract/problem-codes.js';

/** Kinds that always name the fields that are wrong. */
const WITH_FIELDS: readonly ProblemCode[] = ['wrong_fields', 'address_taken'];

/** The problems of one status of a route: one schema a code. They differ by `type`. */
export function problemSchema(codes: readonly ProblemCode[]): TSchema {
  const [first, ...others] = codes.map(schemaOf);
  if (first === undefined) throw new Error('a refusal without a code');
  if (others.length === 0) return first;
  const mapping = Object.fromEntries(
    codes.map((code) => [problemType(code), `#/components/schemas/${titleOf(code)}`]),
  );
  return { oneOf: [first, ...others], discriminator: { propertyName: 'type', mapping } };
}

/** `key_revoked` → `KeyRevokedProblem`. */
function titleOf(code: ProblemCode): string {
  const words = code.split('_').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Problem`;
}

function schemaOf(code: ProblemCode): TSchema {
  const required = WITH_FIELDS.includes(code) ? ['type', 'status', 'errors'] : ['type', 'status'];
  const properties = {
    type: { type: 'string', const: problemType(code) },
    status: { type: 'integer', const: PROBLEM_STATUSES[code] },
  };
  return { title: titleOf(code), allOf: [Problem, { properties, required }] };
}
