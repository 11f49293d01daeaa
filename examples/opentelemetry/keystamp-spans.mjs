// Spans of OpenTelemetry for what a service's instance of Keystamp does: each validation, each query for keys that are not
// in memory, each write of last uses. Call it once, where the service sets up its tracing:
//   import { trace } from '@opentelemetry/api';
//   traceKeystamp(trace.getTracer('my-service'));
// The spans of validations are children of the span that is active, such as that of the request. Sample them as you do
// requests: a busy service validates as often as it answers. No span holds a key or a hash.
import { tracingChannel } from 'node:diagnostics_channel';
import { SpanStatusCode } from '@opentelemetry/api';

const OPERATIONS = {
  'keystamp:validate': ({ outcome, keyId, userId, isCacheHit }) => ({
    'keystamp.outcome': outcome ?? undefined,
    'keystamp.key.id': keyId ?? undefined,
    'keystamp.user.id': userId ?? undefined,
    'keystamp.cache_hit': isCacheHit,
  }),
  'keystamp:read': ({ keys, found }) => ({
    'keystamp.keys': keys,
    'keystamp.keys.found': found ?? undefined,
  }),
  'keystamp:flush': ({ keys, written }) => ({
    'keystamp.keys': keys,
    'keystamp.keys.written': written ?? undefined,
  }),
};

/** Begins to make spans with `tracer`. The function that it gives ends that. */
export function traceKeystamp(tracer) {
  const ends = Object.entries(OPERATIONS).map(([name, attributesOf]) =>
    traceOperation(tracer, name, attributesOf),
  );
  return () => {
    for (const end of ends) end();
  };
}

function traceOperation(tracer, name, attributesOf) {
  // Each event of one operation has the same object.
  const spans = new WeakMap();
  const subscribers = {
    start(message) {
      spans.set(message, tracer.startSpan(name.replace(':', '.')));
    },
    asyncEnd(message) {
      const span = spans.get(message);
      span?.setAttributes(attributesOf(message));
      if (message.errorCode !== null) {
        span?.setStatus({ code: SpanStatusCode.ERROR, message: message.errorCode });
      }
      span?.end();
    },
  };
  const channel = tracingChannel(name);
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}
