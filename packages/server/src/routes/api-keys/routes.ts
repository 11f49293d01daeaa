import type { ServerContext } from '../../context.js';
import type { HttpApp } from '../../http/http-app.js';
import { bulkDisableRoute } from './bulk-disable.js';
import { bulkRevokeRoute } from './bulk-revoke.js';
import { createRoute } from './create.js';
import { deleteRoute } from './delete.js';
import { disableRoute } from './disable.js';
import { enableRoute } from './enable.js';
import { getRoute } from './get.js';
import { limitChanges } from './limit-changes.js';
import { listRoute } from './list.js';
import { listEventsRoute } from './list-events.js';
import { revokeRoute } from './revoke.js';
import { rotateRoute } from './rotate.js';
import { updateRoute } from './update.js';

/** All of `/api/api-keys`, and `/api/events`. */
export async function registerApiKeyRoutes(app: HttpApp, context: ServerContext): Promise<void> {
  await app.register(async (scope: HttpApp) => {
    limitChanges(scope, context);
    listRoute(scope, context);
    createRoute(scope, context);
    bulkRevokeRoute(scope, context);
    bulkDisableRoute(scope, context);
    getRoute(scope, context);
    updateRoute(scope, context);
    deleteRoute(scope, context);
    disableRoute(scope, context);
    enableRoute(scope, context);
    revokeRoute(scope, context);
    rotateRoute(scope, context);
    listEventsRoute(scope, context);
  });
}
