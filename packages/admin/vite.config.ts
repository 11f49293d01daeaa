import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { sizeLimit } from './build/size-limit.ts';

const SERVER = 'http://127.0.0.1:4747';
const serverPaths = ['/api', '/verify', '/oauth2', '/healthz', '/readyz', '/openapi.json', '/docs'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), sizeLimit({ maxGzippedBytes: 120_000 }), compress()],
  // The sources of our other packages, so that a build of the page needs no build of them.
  resolve: { conditions: ['keystamp-source', 'module', 'browser', 'development|production'] },
  // The server puts its public path in place of the dot.
  base: './',
  // The Content-Security-Policy allows no data: URLs and no inline code.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023' },
  // Processes take their language at their start: the words in tests are English on every machine.
  test: { root: import.meta.dirname, pool: 'forks', env: { LC_ALL: 'en_US.UTF-8' } },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, { target: SERVER }])) },
});
