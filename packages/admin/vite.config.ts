import { defineConfig } from 'vitest/config';
import { sourceAliases } from '../../scripts/sources.mjs';
import { compress } from './build/compress.ts';
import { sizeLimit } from './build/size-limit.ts';

const SERVER = 'http://127.0.0.1:4747';
const serverPaths = ['/api', '/verify', '/oauth2', '/healthz', '/readyz', '/openapi.json', '/docs'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [sizeLimit({ maxGzippedBytes: 120_000 }), compress()],
  resolve: {
    // React's interface on Preact: half the JavaScript, most of which was the library. What is written for React,
    // TanStack Query and wouter among it, runs on it unchanged.
    alias: [
      { find: 'react-dom/client', replacement: 'preact/compat/client' },
      { find: 'react-dom', replacement: 'preact/compat' },
      // A stand-in for older versions of React, which asks for React's own package.
      { find: 'use-sync-external-store/shim/index.js', replacement: 'preact/compat' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
      { find: 'react', replacement: 'preact/compat' },
      ...sourceAliases,
    ],
  },
  // The server puts its public path in place of the dot.
  base: './',
  // The Content-Security-Policy allows no data: URLs and no inline code.
  build: {
    // In the server's package, which serves it and ships it.
    outDir: '../server/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    rolldownOptions: {
      // TanStack marks its files for a server that renders; there is none here.
      onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
    },
  },
  // Processes take their language at their start: the words in tests are English on every machine.
  test: {
    root: import.meta.dirname,
    pool: 'forks',
    // Under the alias too.
    server: { deps: { inline: [/wouter/, /@tanstack/, /@testing-library/] } },
    env: { LC_ALL: 'en_US.UTF-8' },
  },
  server: { proxy: Object.fromEntries(serverPaths.map((path) => [path, { target: SERVER }])) },
});
