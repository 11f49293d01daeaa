import type {
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  onRequestHookHandler,
  preValidationHookHandler,
  RouteOptions,
} from 'fastify';

/** Not an async function: each of those costs every request of its route a promise. */
export type RouteHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
) => void;

/**
 * Adds a hook to one route, behind those of all routes. For `onRoute`: which routes need a hook is then decided at the
 * start. The route's `config` may still change after that call, so a hook reads it when it runs.
 */
export function addRouteHook(
  route: RouteOptions,
  name: 'onRequest' | 'preValidation',
  hook: RouteHook,
): void {
  const before = [route[name] ?? []].flat() as onRequestHookHandler[] & preValidationHookHandler[];
  route[name] = [...before, hook as onRequestHookHandler & preValidationHookHandler];
}
