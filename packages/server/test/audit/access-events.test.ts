import type { FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessEvents } from '../../src/audit/access-events.js';

const lines: { fields: Record<string, unknown>; message: string }[] = [];
const logger = {
  info: (fields: object, message: string) => lines.push({ fields: { ...fields }, message }),
};
const from = (ip: string) =>
  ({ ip, method: 'POST', routeOptions: { url: '/api/auth/login' } }) as FastifyRequest;

describe('what happens at the door, in the log', () => {
  beforeEach(() => {
    lines.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is one line a minute and outcome, with counts', () => {
    const events = new AccessEvents(logger);
    for (let i = 0; i < 400; i++) events.count('sign_in_failed', from('192.0.2.7'), null);
    for (let i = 0; i < 12; i++) events.count('sign_in_failed', from('198.51.100.1'), 'ada');
    events.count('signed_out', from('2001:db8::1'), 'bob');
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(60_000);
    const routes = { routes: { 'POST /api/auth/login': 412 }, otherRoutes: 0 };
    expect(lines).toEqual([
      {
        message: 'failed sign-ins',
        fields: {
          audit: true,
          outcome: 'sign_in_failed',
          count: 412,
          users: { ada: 12 },
          otherUsers: 0,
          networks: { '192.0.2.7': 400, '198.51.100.1': 12 },
          otherNetworks: 0,
          ...routes,
        },
      },
      {
        message: 'sign-outs',
        fields: expect.objectContaining({
          count: 1,
          users: { bob: 1 },
          networks: { '2001:db8:0:0::/64': 1 },
        }),
      },
    ]);
    vi.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(2);
  });

  it('keeps a bounded number of networks and users, and names the most frequent', () => {
    const events = new AccessEvents(logger);
    const many = 20_000;
    for (let i = 0; i < many; i++) {
      const ip = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      events.count('sign_in_locked', from(ip), `u${i}`);
      events.count('sign_in_locked', from('10.0.0.1'), 'u1');
    }
    events.close();
    const [line] = lines;
    const fields = line?.fields as Record<'networks' | 'users', Record<string, number>> &
      Record<'otherNetworks' | 'otherUsers' | 'count', number>;
    const { networks, otherNetworks, users, otherUsers, count } = fields;
    expect(count).toBe(2 * many);
    expect(Object.keys(networks)).toHaveLength(10);
    expect(networks['10.0.0.1']).toBe(many + 1);
    expect(users['u1']).toBe(many + 1);
    expect(Object.values(networks).reduce((a, b) => a + b) + otherNetworks).toBe(count);
    expect(Object.values(users).reduce((a, b) => a + b) + otherUsers).toBe(count);
    expect(JSON.stringify(line).length).toBeLessThan(2_000);
  });

  it('is told at the end, once', () => {
    const events = new AccessEvents(logger);
    events.count('admin_denied', from('192.0.2.7'), 'bob');
    events.close();
    events.close();
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
  });

  it('counts a sign-in without a line: it has one of its own', () => {
    const events = new AccessEvents(logger);
    events.count('signed_in', from('192.0.2.7'), 'ada');
    events.close();
    expect(lines).toEqual([]);
    expect(events.total('signed_in')).toBe(1);
  });
});
