// Next.js, App Router: the handlers are in app/. `next start` serves them too; this server also writes what is pending when it
// is stopped.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';

const app = next({ dev: false, dir: fileURLToPath(new URL('.', import.meta.url)) });
await app.prepare();
const server = createServer(app.getRequestHandler());
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}`),
);
const stop = () => server.close(async () => (await globalThis.keystamp)?.close());
process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', stop);
