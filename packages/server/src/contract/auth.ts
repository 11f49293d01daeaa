import { type Static, Type } from 'typebox';
import { EmailAddress, NewPassword, Password } from './field-types.js';
import { Nullable } from './nullable.js';

/** `POST /api/auth/login`, answered with `UserAnswer` and a cookie. */
export const SignIn = Type.Object(
  { email: EmailAddress, password: Password },
  {
    title: 'SignIn',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery' }],
    additionalProperties: false,
  },
);
export type SignIn = Static<typeof SignIn>;

/** `PUT /api/auth/password`. Ends the user's other sessions. */
export const ChangePassword = Type.Object(
  { current: Password, new: NewPassword },
  {
    title: 'ChangePassword',
    examples: [{ current: 'correct horse battery', new: 'staple a longer one' }],
    additionalProperties: false,
  },
);
export type ChangePassword = Static<typeof ChangePassword>;

/** `GET /api/auth/methods`: what the sign-in form offers beside the password. */
export const SignInMethods = Type.Object(
  {
    /** Null: sign-in is by password alone. */
    oidc_host: Nullable(Type.String({ description: 'host of the OpenID Connect provider' })),
    /** Null: the two are the same, as far as this instance knows. */
    oidc_other_issuer: Nullable(
      Type.Object(
        {
          configured: Type.String({ description: 'the value of KEYSTAMP_OIDC_ISSUER' }),
          published: Type.String({ description: 'what the provider there calls itself' }),
        },
        { title: 'OtherIssuer', additionalProperties: false },
      ),
    ),
  },
  {
    title: 'SignInMethods',
    additionalProperties: false,
    examples: [{ oidc_host: 'login.example.com', oidc_other_issuer: null }],
  },
);
export type SignInMethods = Static<typeof SignInMethods>;
