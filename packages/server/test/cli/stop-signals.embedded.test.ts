import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const MODULE = new URL('../../dist/cli/stop-signals.js', import.meta.url);

/** They do not end a Node.js process, cannot be caught, are raised for a faulty instruction, or are V8's profiler's. */
const LEFT_OUT =
  /^SIG(KILL|STOP|TSTP|TTIN|TTOU|CONT|CHLD|URG|WINCH|USR1|PIPE|XFSZ|SEGV|BUS|FPE|ILL|TRAP|SYS|PROF)$/;
const CAUGHT = Object.keys(constants.signals)
  .filter((name) => !LEFT_OUT.test(name))
  .map((name) => name as NodeJS.Signals);

interface Stopping {
  readonly child: ChildProcess;
  /** The next line that it prints; null: it ended. */
  line(): Promise<string | null>;
  ended(): Promise<number | NodeJS.Signals>;
}

/** A process that prints when it is told to stop, and ends when its standard input does. */
function start(): Stopping {
  if (!existsSync(MODULE)) throw new Error('build first: npx tsc -b packages/server');
  const source = `import { onStopSignal } from ${JSON.stringify(MODULE.href)};
    onStopSignal(() => console.log('stop'), () => {});
    process.stdin.resume();
    console.log('started');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? (signal as NodeJS.Signals))),
  );
  return {
    child,
    line: async () => (await lines.next()).value ?? null,
    ended: () => ended,
  };
}

it.each(CAUGHT)('G8 %s stops', async (signal) => {
  const { child, line, ended } = start();
  expect(await line()).toBe('started');
  child.kill(signal);
  expect(await line()).toBe('stop');
  child.stdin?.end();
  expect(await ended()).toBe(0);
});

it('G8 a closed terminal may say so more than once, and a supervisor after it', async () => {
  const { child, line, ended } = start();
  expect(await line()).toBe('started');
  child.kill('SIGHUP');
  expect(await line()).toBe('stop');
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  child.stdin?.end();
  expect([await line(), await ended()]).toEqual([null, 0]);
});

it('the second request to end ends at once', async () => {
  const { child, line, ended } = start();
  expect(await line()).toBe('started');
  child.kill('SIGINT');
  expect(await line()).toBe('stop');
  child.kill('SIGINT');
  expect(await ended()).toBe(1);
});
