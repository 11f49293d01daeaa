import { describe, expect, it } from 'vitest';
import {
  parsePublicUrl,
  publicOrigin,
  publicPath,
  withoutPublicPath,
} from '../src/config/public-url.js';
import { beginsWith } from '../src/http/public-path-check.js';

describe('the public URL', () => {
  it.each([
    ['https://keys.example.com', 'https://keys.example.com', ''],
    ['https://keys.example.com/', 'https://keys.example.com', ''],
    ['HTTPS://Example.com:443/Keys/', 'https://example.com/Keys', '/Keys'],
    ['https://example.com/keys', 'https://example.com/keys', '/keys'],
    ['https://example.com/keys/', 'https://example.com/keys', '/keys'],
    ['https://example.com/team-1/keys.v2/_a~b', undefined, '/team-1/keys.v2/_a~b'],
    ['https://example.com/.keys/...', undefined, '/.keys/...'],
    ['http://[::1]:8080/keys/', 'http://[::1]:8080/keys', '/keys'],
    ['https://example.com/keys/\r', 'https://example.com/keys', '/keys'],
  ])('%j has the path %j', (text, url = text, path) => {
    const config = { publicUrl: parsePublicUrl(text) };
    expect(config.publicUrl).toBe(url);
    expect(publicPath(config)).toBe(path);
    expect(publicOrigin(config)).toBe(new URL(text).origin);
  });

  it.each([
    '',
    'foo',
    'example.com/keys',
    '//example.com/keys',
    'ftp://example.com/keys',
    'https://',
    'https:///keys',
    'https://exa mple.com/keys',
    'https://example.com:port/keys',
    'https://ada@example.com/keys',
    'https://example.com/keys?a=b',
    'https://example.com/keys/?',
    'https://example.com/keys#a',
    'https://example.com/keys/#',
    'https://example.com//',
    'https://example.com//keys',
    'https://example.com/keys//',
    'https://example.com/keys//eu',
    'https://example.com/.',
    'https://example.com/keys/..',
    'https://example.com/../keys/',
    'https://example.com/%6beys/',
    'https://example.com/a%2fb/',
    'https://example.com/%2e%2e/',
    'https://example.com/keys;a/',
    'https://example.com/a\\b/',
    'https://example.com\\keys/',
    'https://example.com/schlüssel/',
    'https://example.com/ke ys/',
    'https://example.com/"><script>/',
  ])('%j is refused', (text) => {
    expect(parsePublicUrl(text)).toBeNull();
  });
});

describe('the URL of a request', () => {
  const below = withoutPublicPath({ publicUrl: 'https://example.com/keys' });
  const whole = withoutPublicPath({ publicUrl: 'https://keys.example.com' });

  it.each([
    ['/keys', '/'],
    ['/keys/', '/'],
    ['/keys?q=a', '/?q=a'],
    ['/keys/?q=/keys/', '/?q=/keys/'],
    ['/keys/api/users', '/api/users'],
    ['/keys/api/users/tenant%2F7', '/api/users/tenant%2F7'],
    ['/api/users', '/api/users'],
    ['/', '/'],
    ['/?next=/keys/', '/?next=/keys/'],
    // Only once.
    ['/keys/keys/api/users', '/keys/api/users'],
    // Another path.
    ['/keysfoo', '/keysfoo'],
    ['/keys.json', '/keys.json'],
    ['/keys-eu/verify', '/keys-eu/verify'],
    ['/Keys/verify', '/Keys/verify'],
    ['/%6beys/verify', '/%6beys/verify'],
    ['/keys%2Fverify', '/keys%2Fverify'],
    ['//keys/verify', '//keys/verify'],
    ['/a/../keys/verify', '/a/../keys/verify'],
    // Nothing else is changed.
    ['/keys//verify', '//verify'],
    ['/keys/../verify', '/../verify'],
  ])('%j is %j', (url, expected) => {
    expect(below({ url, headers: {} })).toBe(expected);
    expect(whole({ url, headers: {} })).toBe(url);
  });

  it('is complete where a proxy says that it took the path off', () => {
    const ofProxy = (prefix: string) => ({ 'x-forwarded-prefix': prefix });
    expect(below({ url: '/keys/metrics', headers: ofProxy('/keys') })).toBe('/keys/metrics');
    expect(below({ url: '/keys/metrics', headers: ofProxy('/keys/') })).toBe('/keys/metrics');
    expect(below({ url: '/metrics', headers: ofProxy('/keys') })).toBe('/metrics');
    // Another proxy's, in front of the one that leads here.
    expect(below({ url: '/keys/verify', headers: ofProxy('/team') })).toBe('/verify');
  });
});

describe('a path of the server’s own', () => {
  const patterns = ['/', '/api/users/:id', '/docs/static/*', '/verify', '/metrics'];
  const isOwn = (path: string) => patterns.some((pattern) => beginsWith(pattern, path));

  it.each(['/api', '/api/users', '/api/users/ada', '/docs', '/docs/static/a/b', '/verify'])(
    'begins with %s',
    (path) => expect(isOwn(path)).toBe(true),
  );

  it.each(['/keys', '/api/keystamp', '/api/users/ada/keys', '/verify/keys', '/docs/keys'])(
    'does not begin with %s',
    (path) => expect(isOwn(path)).toBe(false),
  );
});
