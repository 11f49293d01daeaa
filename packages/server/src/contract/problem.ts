import { type Static, Type } from 'typebox';
import { problemType } from './problem-codes.js';

/** One wrong field of a request, by its name on the wire (`expires_at`, `scopes[2]`, `keys[0].id`). */
export const FieldError = Type.Object(
  {
    field: Type.String({ examples: ['expires_at'] }),
    message: Type.String({
      description: 'What was expected.',
      examples: ['expected a time in the future as in 2030-01-31T12:00:00Z'],
    }),
  },
  { title: 'FieldError' },
);

/** RFC 9457 problem document, sent as `application/problem+json` with every error. */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: '`urn:keystamp:problem:` and the code of the problem.',
      examples: [problemType('wrong_fields')],
    }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    errors: Type.Optional(
      Type.Array(FieldError, { description: 'With bad input only: each field that is wrong.' }),
    ),
  },
  { title: 'Problem' },
);

export type FieldError = Static<typeof FieldError>;
export type Problem = Static<typeof Problem>;
