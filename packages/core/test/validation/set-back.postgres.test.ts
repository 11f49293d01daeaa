import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@keystamp/testing/until';
import { describe, expect, it } from 'vitest';
import { SetBackWatch } from '../../src/invalidation/set-back-watch.js';
import { type OwnServer, startOwnServer } from './own-server.js';

const SET_BACK = /was set back to an older state.*keystamp restored --at /;

describe('what an instance remembers of the database', () => {
  function watch() {
    const warnings: [object, string][] = [];
    const clock = { nowMs: 0, now: () => clock.nowMs };
    const ignore = () => {};
    const warn = (fields: object, message: string) => void warnings.push([fields, message]);
    const watched = new SetBackWatch(clock, { debug: ignore, info: ignore, warn, error: ignore });
    const see = (atMs: number, bytes: number, system = 'a') => {
      clock.nowMs = atMs;
      watched.compare({ system, bytes });
    };
    return { warnings, see };
  }

  it('names the time of the newest state that it knows, and says it once', () => {
    const { warnings, see } = watch();
    see(1_000, 10);
    see(2_000, 20);
    see(3_000, 30);
    see(9_000, 25);
    see(10_000, 26);
    expect(warnings).toEqual([
      [
        { stateOf: '1970-01-01T00:00:02.000Z', lastSeen: '1970-01-01T00:00:03.000Z' },
        expect.stringMatching(/--at 1970-01-01T00:00:02\.000Z"\.$/),
      ],
    ]);
    see(11_000, 15);
    expect(warnings[1]?.[0]).toMatchObject({ stateOf: '1970-01-01T00:00:01.000Z' });
  });

  it('names no time that it cannot know', () => {
    const { warnings, see } = watch();
    see(1_000, 10);
    see(2_000, 5);
    expect(warnings).toEqual([
      [
        { stateOf: null, lastSeen: '1970-01-01T00:00:01.000Z' },
        expect.stringContaining('--at <time of the backup>'),
      ],
    ]);
  });

  it('says nothing of a server that goes on, nor of another one', () => {
    const { warnings, see } = watch();
    see(1_000, 10);
    see(2_000, 10);
    see(3_000, 5, 'b');
    see(4_000, 6, 'b');
    expect(warnings).toEqual([]);
  });
});

describe('a copy of files that is restored under an instance that runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystamp-copy-'));
  const copy = join(folder, 'data');

  /** With owner and rights. */
  const copyFiles = (from: string, to: string) => execFileSync('cp', ['-a', from, to]);
  const setBacks = (own: OwnServer) => own.log.filter(({ message }) => SET_BACK.test(message));

  it('G10 is noticed at the next connection, and is not said of a plain restart', async () => {
    const own = await startOwnServer();
    try {
      await own.open();
      await own.closeInstances();
      await own.server.stop();
      copyFiles(own.server.dataDir, copy);
      await own.server.start();

      const keystamp = await own.open();
      await keystamp.createApiKey({ userId: 'ada', name: 'Lost' });
      await own.byHand('select pg_switch_wal()');
      // A new connection remembers how far the log reaches now.
      const restart = async () => {
        const before = keystamp.health().counts.reconnections;
        await own.server.stop();
        return async () => {
          await own.server.start();
          await until(() => keystamp.health().counts.reconnections > before);
          await until(() => keystamp.health().databaseReachable);
        };
      };
      await (await restart())();
      expect(setBacks(own)).toEqual([]);

      const startAgain = await restart();
      rmSync(own.server.dataDir, { recursive: true });
      copyFiles(copy, own.server.dataDir);
      await startAgain();
      await until(() => setBacks(own).length > 0);
      expect((await keystamp.listApiKeys()).keys).toEqual([]);
    } finally {
      await own.end();
      rmSync(folder, { recursive: true });
    }
  });
});
