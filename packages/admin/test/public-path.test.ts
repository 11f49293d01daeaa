import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.unstubAllGlobals();
  document.head.innerHTML = '';
});

/** The page as the server fills it in. */
function serveBelow(path: string): void {
  document.head.innerHTML = `<meta name="keystamp-path" content="${path}">`;
}

test.each(['', '/keys'])('below "%s" the page asks its own server', async (path) => {
  serveBelow(path);
  const network = vi.fn(async () => Response.json({ needed: false }));
  vi.stubGlobal('fetch', network);
  const { isSetupNeeded } = await import('../src/api/session.ts');
  expect(await isSetupNeeded()).toBe(false);
  expect(network).toHaveBeenCalledWith(`${path}/api/setup`, expect.anything());
});

test.each([
  ['', 'keystamp'],
  ['/keys', 'keystamp/keys'],
])('below "%s" its tabs speak to each other alone', async (path, expected) => {
  serveBelow(path);
  const channel = vi.fn(function (this: object) {
    Object.assign(this, { postMessage: () => {}, addEventListener: () => {} });
  });
  vi.stubGlobal('BroadcastChannel', channel);
  await import('../src/api/tabs.ts');
  expect(channel.mock.calls).toEqual([[expected]]);
});

test.each([
  ['/keys', '', '/'],
  ['/keys/', '?q=a', '/?q=a'],
  ['/keys/users', '?q=a', '/users?q=a'],
])('%s%s is %s of the page, and back', async (pathname, search, expected) => {
  serveBelow('/keys');
  const { addressOf, pathOf } = await import('../src/api/public-path.ts');
  expect(pathOf({ pathname, search })).toBe(expected);
  expect(new URL(addressOf(expected), 'https://example.com').pathname).toMatch(/^\/keys\//);
});
