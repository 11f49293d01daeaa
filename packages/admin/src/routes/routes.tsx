import { Route, Switch } from 'wouter';
import { IssuedKeyPlace } from '../features/api-keys/issued/issued-key.tsx';
import { SessionGate } from '../features/session/me.tsx';
import { AccountRoute } from './account-route.tsx';
import { ApiKeysRoute } from './api-keys-route.tsx';
import { NotFoundRoute } from './not-found-route.tsx';
import { ReviewRoute } from './review-route.tsx';
import { SetupRoute } from './setup-route.tsx';
import { Shell } from './shell.tsx';
import { SignInRoute } from './sign-in-route.tsx';
import { UsersRoute } from './users-route.tsx';

/** The list, also below the view of a key: one route, so that the list stays as it is. */
const API_KEYS_PATH = /^\/(?:keys\/[^/]+)?$/;

export function Routes() {
  return (
    <Switch>
      <Route path="/setup" component={SetupRoute} />
      <Route path="/sign-in" component={SignInRoute} />
      <Route>
        <SessionGate>
          <IssuedKeyPlace>
            <Shell>
              <Switch>
                <Route path={API_KEYS_PATH} component={ApiKeysRoute} />
                <Route path="/review" component={ReviewRoute} />
                <Route path="/users" component={UsersRoute} />
                <Route path="/account" component={AccountRoute} />
                <Route component={NotFoundRoute} />
              </Switch>
            </Shell>
          </IssuedKeyPlace>
        </SessionGate>
      </Route>
    </Switch>
  );
}
