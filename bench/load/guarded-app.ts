// A service with one route twice, open and guarded by a key: node guarded-app.ts <url of its database>. Tells its parent the port, and
// when asked how much processor time it has used.
import Fastify from 'fastify';
import { createKeystamp } from 'keystamp';

const keystamp = await createKeystamp({ database: process.argv[2] as string });
const app = Fastify();

app.get('/open', async () => ({ hello: 'world' }));
app.get('/guarded', {
  onRequest: async (request, reply) => {
    const apiKey = request.headers['x-api-key'];
    const { valid } = await keystamp.validateUserApiKey(typeof apiKey === 'string' ? apiKey : '');
    if (!valid) return reply.code(401).header('www-authenticate', 'Bearer').send();
    return undefined;
  },
  handler: async () => ({ hello: 'world' }),
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', async () => {
  await app.close();
  await keystamp.close();
});
const address = app.server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : null });
