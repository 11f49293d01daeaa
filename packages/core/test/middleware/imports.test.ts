import { buildCore, runModule } from '@keystamp/testing/processes/child';
import { beforeAll, describe, expect, it } from 'vitest';

const PATHS = [
  'index',
  'http/index',
  'middleware/express',
  'middleware/fastify',
  'middleware/hono',
  'middleware/next',
  'middleware/web',
];

beforeAll(() => buildCore());

/** Imports a module in a process where no framework can be; null: it went well. */
async function failureOf(specifier: string): Promise<string | null> {
  const hook = `export function resolve(specifier, context, next) {
    if (/^(fastify|express|hono|next|@hono)(\\/|$)/.test(specifier)) throw new Error('asked for ' + specifier);
    return next(specifier, context);
  }`;
  const child = runModule(`
    const { register } = await import('node:module');
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    await import(${specifier});
  `);
  const { code, errors } = await child.ended;
  return code === 0 ? null : (/asked for \S+/.exec(errors)?.[0] ?? errors);
}

describe('importing loads no framework', () => {
  it.each(PATHS)('%s', async (path) => {
    expect(await failureOf(`dist + '${path}.js'`)).toBeNull();
  });

  it('as this would', async () => {
    expect(await failureOf(`'fastify'`)).toBe('asked for fastify');
  });
});
