import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './support/chromium.ts';
import type { DatabaseKind } from './support/databases.ts';
import type { StoryOptions } from './support/story.ts';

const desktop = { width: 1280, height: 800 };
const phone = { width: 360, height: 740 };

interface Look {
  readonly viewport: { width: number; height: number };
  readonly colorScheme: 'light' | 'dark';
}

const launchOptions = await chromiumLaunch();

/** The stories on one database, in one look. */
function project(database: DatabaseKind, { viewport, colorScheme }: Look, main = false) {
  const device = viewport === phone ? 'phone' : 'desktop';
  return {
    name: `${database}-${device}-${colorScheme}`,
    testDir: './stories',
    ...(main ? { grep: /@main/ } : {}),
    use: {
      database,
      viewport,
      colorScheme,
      hasTouch: device === 'phone',
    },
  };
}

// Every story runs on both databases and in both themes; those marked @main run on a phone too.
export default defineConfig<StoryOptions>({
  globalSetup: './support/global-setup.ts',
  outputDir: './test-results/artifacts',
  // Where nobody watches, a line a story only hides what failed.
  reporter: [
    [process.stdout.isTTY ? 'line' : 'dot'],
    ['json', { outputFile: './test-results/results.json' }],
  ],
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
  },
  projects: process.env['KEYSTAMP_SCREENSHOTS']
    ? [{ name: 'screenshots', testDir: './screenshots', use: { database: 'embedded' } }]
    : [
        project('embedded', { viewport: desktop, colorScheme: 'light' }),
        project('postgres', { viewport: desktop, colorScheme: 'dark' }),
        project('embedded', { viewport: phone, colorScheme: 'dark' }, true),
        project('postgres', { viewport: phone, colorScheme: 'light' }, true),
      ],
});
