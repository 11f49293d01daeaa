import { defineConfig } from 'vitest/config';
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
    alias: {
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      // A stand-in for older versions of React, which asks for React's own package.
      'use-sync-external-store/shim/index.js': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
      react: 'preact/compat',
    },
    // The sources of our other packages, so that a build of the page needs no build of them.
    conditions: ['keystamp-source', 'module', 'browser', 'development|production'],
  },
  // The server puts its public path in place of the dot.
  base: './',
  // The Content-Security-Policy allows no data: URLs and no inline code.
  build: {
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
