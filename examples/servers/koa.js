// Koa has no adapter of its own: keystamp/http gives the key of a request, or the problem to answer with.

import { createKeystamp } from 'keystamp';
import {
  authenticate,
  checkRequirement,
  credentialsOfRawHeaders,
  problemDocument,
  problemHeaders,
} from 'keystamp/http';
import Koa from 'koa';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });

function requireApiKey(given = {}) {
  const requirement = checkRequirement(given); // throws here, and not at a request
  return async (ctx, next) => {
    const presented = {
      request: ctx.req,
      url: ctx.req.url,
      credentials: credentialsOfRawHeaders(ctx.req.rawHeaders),
      from: { route: `${ctx.method} ${ctx.path}`, address: ctx.ip },
    };
    const outcome = await authenticate(keystamp, presented, requirement);
    if (outcome.admitted) {
      ctx.state.apiKey = outcome.apiKey;
      return next();
    }
    ctx.status = outcome.problem.status;
    ctx.body = JSON.stringify(problemDocument(outcome.problem));
    ctx.set(problemHeaders(outcome.problem));
  };
}

const readsOrders = requireApiKey({ scopes: ['orders:read'] });
const app = new Koa();
app.use(requireApiKey());
app.use(async (ctx) => {
  if (ctx.path === '/me') ctx.body = { user: ctx.state.apiKey.user.id };
  if (ctx.path !== '/orders') return;
  await readsOrders(ctx, async () => {
    const { user, key } = ctx.state.apiKey;
    ctx.body = { user: user.id, key: key.name };
  });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}`),
);
const stop = () => server.close(() => keystamp.close()); // writes what is pending
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
