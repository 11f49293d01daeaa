import type { SeededKey } from './seed.ts';

const minute = 1 / 1440;
const hour = 1 / 24;

/** What the list holds in every story, and on the screenshots. */
export const storyKeys: readonly SeededKey[] = [
  { name: 'Billing export', usedDaysAgo: 2 * hour, createdDaysAgo: 120 },
  {
    name: 'Warehouse sync',
    usedDaysAgo: 12 * minute,
    createdDaysAgo: 190,
    scopes: ['orders:read'],
  },
  { name: 'Mobile app', user: 'linus@example.com', usedDaysAgo: 3, createdDaysAgo: 64 },
  { name: 'Nightly report', usedDaysAgo: 18 * hour, createdDaysAgo: 44, expiresInDays: 12 },
  { name: 'Price feed', user: 'linus@example.com', usedDaysAgo: 26, createdDaysAgo: 150 },
  { name: 'Old importer', usedDaysAgo: 140, createdDaysAgo: 180 },
  { name: 'Staging crawler', usedDaysAgo: 97, createdDaysAgo: 170, user: 'linus@example.com' },
  { name: 'Partner trial', usedDaysAgo: 45, createdDaysAgo: 90, expiresInDays: 340 },
  { name: 'Conference demo', usedDaysAgo: 61, createdDaysAgo: 80, expiresInDays: -20 },
  { name: 'Chat bridge', usedDaysAgo: 33, createdDaysAgo: 110, revokedDaysAgo: 9 },
  { name: 'Load test', createdDaysAgo: 100 },
  { name: 'Legacy gateway', createdDaysAgo: 420, user: 'linus@example.com' },
];
