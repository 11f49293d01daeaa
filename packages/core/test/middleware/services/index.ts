import { startExpress4, startExpress5 } from './express.js';
import { startFastify } from './fastify.js';
import { startHono } from './hono.js';
import { startNestOnExpress, startNestOnFastify } from './nest.js';
import { startNext } from './next.js';
import type { StartService } from './service.js';
import { startWeb } from './web.js';

export type { Service, StartService } from './service.js';

/** One row a framework, for `describe.each`. */
export const FRAMEWORKS: [name: string, start: StartService][] = [
  ['Express 5', startExpress5],
  ['Express 4', startExpress4],
  ['Fastify 5', startFastify],
  ['Hono 4', startHono],
  ['Next.js route handlers', startNext],
  ['NestJS 11 on Express', startNestOnExpress],
  ['NestJS 11 on Fastify', startNestOnFastify],
  ['web Request and Response', startWeb],
];
