import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SignInTurns } from '../../src/auth/sessions/sign-in-turns.js';

const stay = () => {};

/** The names of those that went on, in order. */
function arrive(turns: SignInTurns, group: string, count: number, gone: string[]): void {
  for (let i = 0; i < count; i++) {
    void turns.beforeBody(group, stay).then((isThere) => {
      if (isThere) gone.push(`${group}${i}`);
    });
  }
}

async function whileTrue(isTrue: () => boolean): Promise<void> {
  while (isTrue()) await nextTurn();
}

/** Work that goes on until `end` is called. */
function heldWork() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => ended, end: () => end() };
}

describe('K4: sign-ins of one network', () => {
  it('go on eight in a turn of the event loop, in the order of arrival', async () => {
    const turns = new SignInTurns();
    const gone: string[] = [];
    arrive(turns, 'a', 50, gone);
    for (let turn = 1; turn <= 50; turn++) {
      await nextTurn();
      expect(gone.length).toBeLessThanOrEqual(8 * turn + 1);
    }
    await whileTrue(() => gone.length < 50);
    expect(gone).toEqual(Array.from({ length: 50 }, (_, i) => `a${i}`));
  });

  it('the first goes on at once, and those of other networks do too', async () => {
    const turns = new SignInTurns();
    const gone: string[] = [];
    arrive(turns, 'a', 1_000, gone);
    arrive(turns, 'b', 1, gone);
    await Promise.resolve();
    await Promise.resolve();
    expect(gone).toEqual(['a0', 'b0']);
  });

  it('the others wait with their bodies unread while as many as may are judged', async () => {
    const turns = new SignInTurns(2);
    const held = heldWork();
    const judged = [turns.run('a', held.work), turns.run('a', held.work)];
    const gone: string[] = [];
    arrive(turns, 'a', 3, gone);
    arrive(turns, 'b', 3, gone);
    await whileTrue(() => gone.length < 3);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    expect(gone).toEqual(['b0', 'b1', 'b2']);
    held.end();
    await Promise.all(judged);
    await whileTrue(() => gone.length < 6);
  });

  it('no more are judged at the same time than may, whenever their bodies came', async () => {
    const turns = new SignInTurns(3);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
    };
    await Promise.all(Array.from({ length: 20 }, () => turns.run('a', work)));
    expect(most).toBe(3);
  });

  it('failed work gives its place back', async () => {
    const turns = new SignInTurns(1);
    const fail = () => Promise.reject(new Error('wrong'));
    for (let i = 0; i < 3; i++) await expect(turns.run('a', fail)).rejects.toThrow('wrong');
    expect(await turns.run('a', async () => 'right')).toBe('right');
  });

  it('whoever sends no body keeps nobody out', async () => {
    const turns = new SignInTurns(1);
    const gone: string[] = [];
    arrive(turns, 'a', 100, gone);
    await whileTrue(() => gone.length < 100);
    expect(await turns.run('a', async () => 'signed in')).toBe('signed in');
  });

  it('a client that leaves while it waits is forgotten', async () => {
    const turns = new SignInTurns(1);
    const held = heldWork();
    const judged = turns.run('a', held.work);
    let leave = () => {};
    const waiting = turns.beforeBody('a', (left) => {
      leave = left;
    });
    leave();
    expect(await waiting).toBe(false);
    held.end();
    await judged;
    await whileTrue(() => turns.size > 0);
  });
});
