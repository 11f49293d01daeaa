import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { holdOf, SIGN_IN_LIMITS } from '../../src/auth/sessions/sign-in-limits.js';
import { networkOf, siteOf } from '../../src/http/client-network.js';

describe('the hold of an answer', () => {
  it('begins with the fourth failure, doubles and stays bounded', () => {
    const holds = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((n) => holdOf(SIGN_IN_LIMITS, n));
    expect(holds).toEqual([0, 0, 0, 250, 500, 1000, 2000, 2000, 2000]);
  });
});

describe('the network that an address counts as', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['192.0.2.1:5001', '192.0.2.1'],
    ['[2001:db8:1:2::1]:5001', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::1:2:3:192.0.2.1', '0:0:0:1::/64'],
    ['0:0:0:1:2:3:c000:201', '0:0:0:1::/64'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each(['', 'garbage', '192.0.2', '192.0.2.1:x', '192.0.2.01', '2001:db8::1::2', '[192.0.2.1]'])(
    '%j is no address',
    (text) => {
      expect(networkOf(text)).toBeNull();
    },
  );

  it('a text longer than any address is none, and is not looked at', () => {
    const withZone = (length: number) => `fe80::1%${'z'.repeat(length)}`;
    expect(isIP(withZone(200))).toBe(6);
    expect(networkOf(withZone(20))).toBe('fe80:0:0:0::/64');
    expect(networkOf(withZone(200))).toBeNull();
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['192.0.2.1', null],
    ['::ffff:192.0.2.1', null],
  ])('%s is of the site %s', (address, site) => {
    expect(siteOf(networkOf(address) as string)).toBe(site);
  });
});
