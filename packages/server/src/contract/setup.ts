import { type Static, Type } from 'typebox';
import { EmailAddress, NewPassword } from './field-types.js';

/** `GET /api/setup`: whether the first administrator is still to be made. */
export const SetupAnswer = Type.Object(
  { needed: Type.Boolean() },
  { title: 'SetupAnswer', additionalProperties: false, examples: [{ needed: false }] },
);
export type SetupAnswer = Static<typeof SetupAnswer>;

/** `POST /api/setup`, answered 201 with `UserAnswer`; 404 once there is an administrator. */
export const Setup = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[A-Za-z0-9_-]*$',
      description: 'the token of the newest set-up link',
    }),
    email: EmailAddress,
    password: NewPassword,
  },
  {
    title: 'Setup',
    examples: [
      {
        token: 'the-token-of-the-link',
        email: 'ada@example.com',
        password: 'correct horse battery',
      },
    ],
    additionalProperties: false,
  },
);
export type Setup = Static<typeof Setup>;
