import { dirname, parse } from 'node:path';
import commonjsPlugin from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import webpack from 'webpack';

export interface Bundling {
  readonly entry: string;
  /** Where the bundle goes; `.mjs` is an ES module, `.cjs` is CommonJS. */
  readonly file: string;
}

/** Its types are those of CommonJS, where the function is the property `default`. */
const commonjs = commonjsPlugin as unknown as typeof commonjsPlugin.default;

/** Each as a service for Node sets it up. */
export const BUNDLERS: Readonly<Record<string, (bundling: Bundling) => Promise<void>>> = {
  esbuild: withEsbuild,
  rollup: withRollup,
  webpack: withWebpack,
};

const isModule = (file: string) => file.endsWith('.mjs');

/** esbuild's ES modules lack `require`, which packages of CommonJS in the bundle call. */
const REQUIRE = `import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url);`;

async function withEsbuild({ entry, file }: Bundling): Promise<void> {
  await esbuild.build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: isModule(file) ? 'esm' : 'cjs',
    logLevel: 'silent',
    ...(isModule(file) ? { banner: { js: REQUIRE } } : {}),
  });
}

async function withRollup({ entry, file }: Bundling): Promise<void> {
  const bundle = await rollup({
    input: entry,
    plugins: [nodeResolve({ preferBuiltins: true }), commonjs({ ignoreDynamicRequires: true })],
    onwarn: () => {},
  });
  const format = isModule(file) ? 'es' : 'cjs';
  await bundle.write({ file, format, inlineDynamicImports: true });
  await bundle.close();
}

const AS_MODULE = {
  module: true,
  chunkFormat: 'module',
  library: { type: 'module' },
} as const;

function withWebpack({ entry, file }: Bundling): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    context: dirname(entry),
    entry,
    optimization: { minimize: false },
    output: {
      path: dirname(file),
      filename: parse(file).base,
      ...(isModule(file) ? AS_MODULE : {}),
    },
    experiments: { outputModule: isModule(file) },
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      const fault = error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : null);
      compiler.close(() => (fault === null ? resolve() : reject(fault)));
    });
  });
}
