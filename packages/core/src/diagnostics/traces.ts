import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';

/** One query for keys that are not in memory, as the tracing channel `keystamp:read` hands it to its subscribers. */
export interface ReadTrace {
  /** Keys that are looked up: one query serves all validations that wait for one, 1 to 1,000. */
  readonly keys: number;
  /** How many of them exist. Null: no answer yet, or it failed. */
  found: number | null;
  /** The SQLSTATE or the code of the failure, such as `57P01`; null: it did not fail. */
  errorCode: string | null;
}

/** One statement that writes last uses, as the tracing channel `keystamp:flush` hands it to its subscribers. */
export interface FlushTrace {
  /** Keys whose use is written, 1 to 1,000. */
  readonly keys: number;
  /** Rows that were written: fewer than `keys` where another instance wrote a newer use. Null: no answer yet, or it failed. */
  written: number | null;
  /** The SQLSTATE or the code of the failure, such as `57P01`; null: it did not fail. What it held is written later. */
  errorCode: string | null;
}

export const READ: TracingChannel = tracingChannel('keystamp:read');
export const FLUSH: TracingChannel = tracingChannel('keystamp:flush');

/** Whether anybody listens: if nobody does, nothing is made for the events. */
export function isTraced({ start, asyncEnd }: TracingChannel): boolean {
  return start.hasSubscribers || asyncEnd.hasSubscribers;
}

/**
 * Runs `work` with the events of a tracing channel around it, in the order of Node's own `tracePromise`. That one hands the result
 * and the error themselves to subscribers, and an error of the database can quote a row with its hash.
 */
export function traced<Trace extends { errorCode: string | null }, T>(
  channel: TracingChannel,
  trace: Trace,
  work: () => Promise<T>,
  note: (trace: Trace, result: T) => void,
): Promise<T> {
  if (!isTraced(channel)) return work();
  return channel.start.runStores(trace, () => {
    const done = work().then(
      (result) => {
        note(trace, result);
        finish(channel, trace);
        return result;
      },
      (error) => {
        trace.errorCode = typeof error?.code === 'string' ? error.code : 'unexpected';
        channel.error.publish(trace);
        finish(channel, trace);
        throw error;
      },
    );
    channel.end.publish(trace);
    return done;
  });
}

function finish(channel: TracingChannel, trace: object): void {
  channel.asyncStart.publish(trace);
  channel.asyncEnd.publish(trace);
}
