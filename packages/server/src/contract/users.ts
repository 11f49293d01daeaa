import { type Static, Type } from 'typebox';
import { EXAMPLE_AS_OF, EXAMPLE_TIME, EXAMPLE_USER } from './examples.js';
import { AsOf, DisplayName, EmailAddress, NewPassword, Timestamp, UserId } from './field-types.js';
import { ListOrder } from './list-keys.js';
import { Nullable } from './nullable.js';
import { oneOf } from './one-of.js';

/** A user on the wire. Never a password, never its hash. */
export const User = Type.Object(
  {
    id: Type.String(),
    /** Null: a service account, or a user that an embedding service brought without one. Nobody signs in as that user. */
    email: Nullable(Type.String()),
    name: Nullable(Type.String()),
    is_admin: Type.Boolean(),
    is_active: Type.Boolean(),
    created_at: Timestamp,
    /** False: cannot sign in by password. */
    has_password: Type.Boolean(),
  },
  { title: 'User', additionalProperties: false },
);
export type User = Static<typeof User>;

/** Answer of everything that tells of one user. */
export const UserAnswer = Type.Object(
  { user: User, as_of: AsOf },
  {
    title: 'UserAnswer',
    additionalProperties: false,
    examples: [{ user: EXAMPLE_USER, as_of: EXAMPLE_AS_OF }],
  },
);
export type UserAnswer = Static<typeof UserAnswer>;

/** `address`: the id, where there is none. */
export const USER_SORTS = ['address', 'key_count', 'last_used_at'] as const;
export type UserSort = (typeof USER_SORTS)[number];

/** `GET /api/users`. */
export const ListUsersQuery = Type.Object(
  {
    q: Type.Optional(
      Type.String({
        maxLength: 200,
        pattern: '^[^\\p{Cc}\\p{Cs}]*$',
        description: 'part of a name, an address or an id, at most 200 characters',
        examples: ['ada'],
      }),
    ),
    sort: Type.Optional(
      Type.Enum([...USER_SORTS], {
        title: 'UserSort',
        description: oneOf(USER_SORTS),
        examples: ['last_used_at'],
      }),
    ),
    /** Left out: `asc` for addresses, else `desc`. */
    order: Type.Optional(ListOrder),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        default: 50,
        description: 'a whole number from 1 to 1,000',
        examples: [100],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        pattern: '^[A-Za-z0-9_-]*$',
        description: 'next_cursor of the page before',
        examples: ['eyJzb3J0IjoiYWRkcmVzcyJ9'],
      }),
    ),
  },
  { additionalProperties: false },
);
export type ListUsersQuery = Static<typeof ListUsersQuery>;

/** A user of the list, and what their keys tell. */
export const ListedUser = Type.Object(
  {
    ...User.properties,
    key_count: Type.Integer({ description: 'All keys of the user, whatever their status.' }),
    last_used_at: Nullable(
      Type.String({
        format: 'date-time',
        description:
          'The latest `last_used_at` of these keys; null: no use of any of them is recorded.',
      }),
    ),
  },
  { title: 'ListedUser', additionalProperties: false },
);
export type ListedUser = Static<typeof ListedUser>;

/** Equals by address. Users without a last use come last. */
export const ListUsersAnswer = Type.Object(
  { users: Type.Array(ListedUser), next_cursor: Nullable(Type.String()), as_of: AsOf },
  {
    title: 'ListUsersAnswer',
    additionalProperties: false,
    examples: [
      {
        users: [{ ...EXAMPLE_USER, key_count: 3, last_used_at: EXAMPLE_TIME }],
        next_cursor: null,
        as_of: EXAMPLE_AS_OF,
      },
    ],
  },
);
export type ListUsersAnswer = Static<typeof ListUsersAnswer>;

/**
 * `POST /api/users`. Without an address (null or left out) it makes a service account, which has a name, owns keys and never signs in.
 * Without a password (null or left out) a user signs in by OpenID Connect alone, or not until an administrator sets one.
 */
export const CreateUser = Type.Object(
  {
    email: Type.Optional(Nullable(EmailAddress)),
    password: Type.Optional(Nullable(NewPassword)),
    name: Type.Optional(Nullable(DisplayName)),
    is_admin: Type.Optional(Type.Boolean({ description: 'true or false' })),
  },
  {
    title: 'CreateUser',
    examples: [{ email: 'bob@example.com', name: 'Bob' }, { name: 'Billing jobs' }],
    additionalProperties: false,
    minProperties: 1,
    description: 'an object with email, or with name alone',
  },
);
export type CreateUser = Static<typeof CreateUser>;

/** `PATCH /api/users/{id}`: only what is given changes. */
export const ChangeUser = Type.Object(
  {
    name: Type.Optional(Nullable(DisplayName)),
    is_admin: Type.Optional(Type.Boolean({ description: 'true or false' })),
    is_active: Type.Optional(Type.Boolean({ description: 'true or false' })),
    password: Type.Optional(NewPassword),
  },
  { title: 'ChangeUser', examples: [{ is_active: false }], additionalProperties: false },
);
export type ChangeUser = Static<typeof ChangeUser>;

export const UserParams = Type.Object({ id: UserId }, { additionalProperties: false });
