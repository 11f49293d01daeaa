import { FLUSH, type FlushTrace, traced } from '../diagnostics/traces.js';
import type { Stamp } from './stamp.js';
import { type BatchDestination, type WrittenBatch, writeBatch } from './write-batch.js';

/** One statement of a flush, with its events for tracing. */
export function writeTraced(
  destination: BatchDestination,
  batch: readonly Stamp[],
  windowMs: number,
): Promise<WrittenBatch> {
  const trace: FlushTrace = { keys: batch.length, written: null, errorCode: null };
  const write = () => writeBatch(destination, batch, windowMs);
  return traced(FLUSH, trace, write, noteWritten);
}

/** A statement that was not accepted wrote nothing: it is sent again. */
function noteWritten(trace: FlushTrace, { answer }: WrittenBatch): void {
  trace.written = answer.accepted ? trace.keys - answer.unwritten.length : 0;
}
