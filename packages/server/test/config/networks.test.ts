import { describe, expect, it } from 'vitest';
import { networkTest } from '../../src/config/networks.js';

describe('the networks of trusted proxies', () => {
  it('hold their addresses, also mapped into IPv6, and no others', () => {
    const isTrusted = networkTest(['10.0.0.0/8', 'fd00::/8']);
    expect(isTrusted('10.1.2.3')).toBe(true);
    expect(isTrusted('::ffff:10.1.2.3')).toBe(true);
    expect(isTrusted('fd12::1')).toBe(true);
    expect(isTrusted('11.1.2.3')).toBe(false);
    expect(isTrusted('::1')).toBe(false);
    expect(isTrusted('not an address')).toBe(false);
    expect(networkTest(['loopback'])('127.0.0.1')).toBe(true);
    expect(networkTest(['192.0.2.7'])('::ffff:192.0.2.7')).toBe(true);
  });

  it('are nobody unless configured', () => {
    expect(networkTest([])('127.0.0.1')).toBe(false);
  });
});
