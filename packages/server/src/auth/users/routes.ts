import { audit } from '../../audit/audit.js';
import type { ServerContext } from '../../context.js';
import {
  ChangeUser,
  CreateUser,
  ListUsersAnswer,
  ListUsersQuery,
  UserAnswer,
  UserParams,
} from '../../contract/users.js';
import { sessionOf } from '../../http/access.js';
import { asOf } from '../../http/as-of.js';
import type { HttpApp } from '../../http/http-app.js';
import { rejectKeysInNames } from '../../rules/key-in-text.js';
import { Refusal } from '../../rules/refusal.js';
import { listUsers } from '../../sql/list-users.js';
import { addUser } from './add-user.js';
import { changeUser } from './change-user.js';
import { decodeUserCursor, encodeUserCursor } from './user-cursor.js';
import { listedUserOnWire, userOnWire } from './user-on-wire.js';

const tags = ['Users'];
const config = { access: 'admin_session' } as const;

/** `/api/users*`, for administrators. */
export function registerUserRoutes(app: HttpApp, context: ServerContext): void {
  registerList(app, context);
  registerAdd(app, context);
  registerChange(app, context);
}

function registerList(app: HttpApp, { keystamp }: ServerContext): void {
  app.route({
    method: 'GET',
    url: '/api/users',
    config,
    schema: {
      tags,
      operationId: 'listUsers',
      summary: 'List users, how many keys they have and when one was last used',
      querystring: ListUsersQuery,
      response: { 200: ListUsersAnswer },
    },
    handler: async (request) => {
      const { q, cursor, limit = 50, sort = 'address' } = request.query;
      const { order = sort === 'address' ? 'asc' : 'desc' } = request.query;
      rejectKeysInNames({ q });
      const pages = { sort, order };
      const after = cursor === undefined ? null : decodeUserCursor(cursor, pages);
      const wanted = { ...pages, q: q?.trim() || null, after, limit: limit + 1 };
      const users = await listUsers(keystamp.database, wanted);
      const page = users.slice(0, limit);
      const last = users.length > limit ? page.at(-1) : undefined;
      return {
        users: page.map(listedUserOnWire),
        next_cursor: last ? encodeUserCursor(pages, last.place) : null,
        as_of: asOf(keystamp),
      };
    },
  });
}

function registerAdd(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'POST',
    url: '/api/users',
    config: {
      ...config,
      refusals: { 409: 'Another user has the address.' },
      codes: { 409: ['address_taken'] },
    },
    schema: {
      tags,
      operationId: 'addUser',
      summary: 'Add a user',
      body: CreateUser,
      response: { 201: UserAnswer },
    },
    handler: async (request, reply) => {
      const user = await addUser(context, request.body);
      audit(request, 'added a user', { user: user.id, isAdmin: user.isAdmin });
      return reply.code(201).send({ user: userOnWire(user), as_of: asOf(context.keystamp) });
    },
  });
}

const CHANGE_REFUSALS = {
  404: 'The user does not exist.',
  409: 'It is the last active administrator, or a password is for a user without an address.',
};

function registerChange(app: HttpApp, context: ServerContext): void {
  app.route({
    method: 'PATCH',
    url: '/api/users/:id',
    config: { ...config, refusals: CHANGE_REFUSALS, codes: { 409: ['last_admin', 'no_address'] } },
    schema: {
      tags,
      operationId: 'changeUser',
      summary: 'Change, deactivate or give a new password to a user',
      params: UserParams,
      body: ChangeUser,
      response: { 200: UserAnswer },
    },
    handler: async (request) => {
      const { id } = request.params;
      if (request.body.password !== undefined && id === sessionOf(request).user.id) {
        throw new Refusal('forbidden', 'Your own password is changed with PUT /api/auth/password.');
      }
      const { user, changed } = await changeUser(context, id, request.body);
      if (changed !== null) audit(request, 'changed a user', { user: user.id, ...changed });
      return { user: userOnWire(user), as_of: asOf(context.keystamp) };
    },
  });
}
