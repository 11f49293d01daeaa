// Express: the middleware before routes that need a key.
import express from 'express';
import { createKeystamp } from 'keystamp';
import { authenticateApiKey } from 'keystamp/express';

const keystamp = await createKeystamp({ database: process.env.DATABASE_URL });

const app = express();
app.use(authenticateApiKey(keystamp)); // whatever follows needs a key
app.get('/me', (req, res) => res.json({ user: req.apiKey.user.id }));
app.get('/orders', authenticateApiKey(keystamp, { scopes: ['orders:read'] }), (req, res) =>
  res.json({ user: req.apiKey.user.id, key: req.apiKey.key.name }),
);

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}`),
);
const stop = () => server.close(() => keystamp.close()); // writes what is pending
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
