import type { ServerContext } from '../context.js';
import type { HttpApp } from '../http-app.js';
import { bulkRevokeRoute } from './bulk-revoke.js';
import { createRoute } from './create.js';
import { deleteRoute } from './delete.js';
import { getRoute } from './get.js';
import { listRoute } from './list.js';
import { revokeRoute } from './revoke.js';
import { rotateRoute } from './rotate.js';
import { updateRoute } from './update.js';

/** All of `/api/api-keys`. */
export function registerApiKeyRoutes(app: HttpApp, context: ServerContext): void {
  listRoute(app, context);
  createRoute(app, context);
  bulkRevokeRoute(app, context);
  getRoute(app, context);
  updateRoute(app, context);
  deleteRoute(app, context);
  revokeRoute(app, context);
  rotateRoute(app, context);
}
