import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { HttpApp } from '../../http/http-app.js';
import { makePublic } from '../../http/route-table.js';

/** What `packages/admin` is built into, and what is shipped; `src` and `dist` lie beside it alike. */
export const PAGE_FOLDER = fileURLToPath(new URL('../../../page', import.meta.url));

const NOT_BUILT =
  'The page is not built. Run "npm run build" in the repository, then start again.\n';

/** The page's build, as it was when the server started. */
export interface Page {
  readonly folder: string;
  /** Null: it is not built. */
  readonly indexHtml: string | null;
}

export function openPage(folder: string, publicPath = ''): Page {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) return { folder, indexHtml: null };
  return { folder, indexHtml: underPath(readFileSync(index, 'utf8'), publicPath) };
}

/** The build names its files from `./` on, and has an empty place for the path that its scripts read. */
function underPath(html: string, publicPath: string): string {
  return html
    .replaceAll('="./', `="${publicPath}/`)
    .replace('name="keystamp-path" content=""', `name="keystamp-path" content="${publicPath}"`);
}

/** Serves the page: its address, and each of its files under its own path. */
export async function registerPage(app: HttpApp, page: Page): Promise<void> {
  await app.register(async (scope) => {
    makePublic(scope);
    scope.get('/', (_request, reply) => answerWithPage(page, reply));
    if (page.indexHtml !== null) await scope.register(fastifyStatic, filesOf(page.folder));
  });
}

function filesOf(root: string): FastifyStaticOptions {
  return {
    root,
    wildcard: false,
    // The build has each script and style as .br and .gz beside it; these are no files of their own.
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    index: false,
    decorateReply: false,
    cacheControl: false,
    // Names under assets/ hold a hash of the content.
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/');
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  };
}

/** The page itself finds out what to show for its address. It names its hashed files, so it must be fresh. */
export function answerWithPage({ indexHtml }: Page, reply: FastifyReply) {
  if (indexHtml === null) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(indexHtml);
}
