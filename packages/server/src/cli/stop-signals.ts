/** From a person or a supervisor who waits for the end. The second of them ends the process at once. */
const REQUESTED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGBREAK'] as const;

/**
 * The other signals that end a process unless it catches them. A closed terminal or console sends SIGHUP, often more
 * than one of them, so that a repeated one changes nothing.
 *
 * Left out: SIGKILL and SIGSTOP, which cannot be caught; SIGUSR1, SIGPIPE and SIGXFSZ, which end no Node.js process;
 * SIGPROF, which V8's own profiler sends (`node --cpu-prof`);
 * and what the processor raises for a faulty instruction (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS).
 */
const OTHERS = [
  'SIGHUP',
  'SIGABRT',
  'SIGALRM',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGUSR2',
  'SIGVTALRM',
  'SIGXCPU',
] as const;

/**
 * Calls `stop` once, at the first signal that would end the process. The second request to end ends the process at once
 * with 1. An error that nobody caught is reported, and stops too, with 1.
 */
export function onStopSignal(stop: () => void, report: (error: unknown) => void): void {
  let isStopping = false;
  let requests = 0;
  const onSignal = () => {
    if (!isStopping) stop();
    isStopping = true;
  };
  const onRequest = () => {
    requests += 1;
    if (requests > 1) process.exit(1);
    onSignal();
  };
  for (const signal of REQUESTED) process.on(signal, onRequest);
  for (const signal of OTHERS) {
    // Node.js itself listens if an option makes it write a report or a heap snapshot on a signal.
    if (process.listenerCount(signal) === 0) process.on(signal, onSignal);
  }
  process.on('uncaughtException', (error) => {
    process.exitCode = 1;
    report(error);
    onSignal();
  });
}
