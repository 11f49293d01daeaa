import type { IncomingMessage } from 'node:http';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  createParamDecorator,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  Inject,
  Module,
  Optional,
  UseGuards,
} from '@nestjs/common';
import { ArgumentError } from '../errors.js';
import {
  type AuthenticatedKey,
  authenticate,
  type CheckedRequirement,
  checkKeystamp,
  checkRequirement,
  credentialsOfRawHeaders,
  type KeyRequirement,
  type Problem,
  problemDocument,
  problemHeaders,
} from '../http/index.js';
import type { Keystamp, RequestOrigin } from '../keystamp.js';
import { declareRequirement, RouteRequirements } from './nest-requirement.js';

export type { AuthenticatedKey, KeyRequirement };

/** The token of the instance: `constructor(@Inject(KEYSTAMP) private readonly keystamp: Keystamp) {}`. */
export const KEYSTAMP = 'KEYSTAMP';
/** The token of what the guard requires of each route that says nothing else. */
export const KEY_REQUIREMENT = 'KEYSTAMP_KEY_REQUIREMENT';

/** Of `@nestjs/core`, by its text: nothing else of that package is needed. */
const APP_FILTER = 'APP_FILTER';
const PROBLEM_TYPE = 'application/problem+json';
const NO_REQUIREMENT = checkRequirement({});
/** Requests that a guard has let pass, and by which requirement. */
const ADMITTED = new WeakMap<object, { keystamp: Keystamp; requirement: CheckedRequirement }>();

/** A decorator of a controller or of a handler. */
export type RouteDecorator = ClassDecorator & MethodDecorator;

/** What of a request of Express or Fastify is looked at and set. */
interface NestRequest extends Partial<IncomingMessage> {
  /** Fastify's has Node's own request here; Express' is one. */
  raw?: IncomingMessage;
  originalUrl?: string;
  ip?: string;
  route?: { path?: unknown };
  routeOptions?: { url?: string };
  apiKey?: AuthenticatedKey | null;
}

interface NestResponse {
  headersSent?: boolean;
  sent?: boolean;
  header(name: string, value: string): unknown;
  status(code: number): unknown;
  send(body: string): unknown;
}

/**
 * A refused request, as an exception filter gets it. Its body is the problem document; its headers are set already. Where no filter
 * of yours catches it, `KeystampModule` answers it as `application/problem+json`.
 */
export class ApiKeyException extends HttpException {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problemDocument(problem), problem.status);
    this.problem = problem;
  }
}

/** Nest itself would answer as `application/json`, whatever the headers say. */
class ProblemFilter implements ExceptionFilter<ApiKeyException> {
  catch({ problem }: ApiKeyException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<NestResponse>();
    if (isAnswered(response)) return;
    response.status(problem.status);
    response.header('content-type', PROBLEM_TYPE);
    response.send(JSON.stringify(problemDocument(problem)));
  }
}

Catch(ApiKeyException)(ProblemFilter);

/**
 * Guard for NestJS 10 and 11, on Express or Fastify: a route that it guards needs a valid API key, which `@CurrentApiKey()` hands to the
 * handler. The rest is answered with a problem document. A route or a controller says more by `@RequireScopes()`, `@RequireApiKey()`
 * or `@NoApiKey()`. It guards routes of HTTP only: in another context it throws.
 *
 * @example
 * // every route of the application
 * providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }]
 */
export class ApiKeyGuard implements CanActivate {
  readonly #keystamp: Keystamp;
  readonly #requirements: RouteRequirements;

  /** Throws an ArgumentError for a wrong requirement. */
  constructor(keystamp: Keystamp, requirement?: KeyRequirement) {
    checkKeystamp(keystamp);
    this.#keystamp = keystamp;
    this.#requirements = RouteRequirements.over(requirement ?? NO_REQUIREMENT);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') {
      throw new Error('ApiKeyGuard guards routes of HTTP, and nothing else.');
    }
    const requirement = this.#requirements.of(context.getHandler(), context.getClass());
    if (requirement === false) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<NestRequest>();
    const presented = presentedBy(request);
    if (this.#hasAdmitted(presented.request, requirement)) return true;
    const outcome = await authenticate(this.#keystamp, presented, requirement);
    if (!outcome.admitted) throw refused(http.getResponse<NestResponse>(), outcome.problem);
    ADMITTED.set(presented.request, { keystamp: this.#keystamp, requirement });
    request.apiKey = outcome.apiKey;
    return true;
  }

  /** The guard of the application, and that of a decorator, ask the same of a request: once will do. */
  #hasAdmitted(request: object, requirement: CheckedRequirement): boolean {
    const admitted = ADMITTED.get(request);
    return admitted?.keystamp === this.#keystamp && admitted.requirement === requirement;
  }
}

/**
 * Gives the application its instance, under `KEYSTAMP` and for `ApiKeyGuard`, in every module. `open` is called once, while the
 * application starts. What it opened is closed with the application, which writes the last uses: call `app.enableShutdownHooks()`, so
 * that signals close the application.
 *
 * @example
 * imports: [KeystampModule.forRoot(() => createKeystamp({ database: process.env['DATABASE_URL'] }))]
 */
export class KeystampModule {
  readonly #keystamp: Keystamp;

  constructor(keystamp: Keystamp) {
    this.#keystamp = keystamp;
  }

  /** `requirement`: of each route that says nothing else. Throws an ArgumentError for a wrong one. */
  static forRoot(
    open: () => Keystamp | Promise<Keystamp>,
    requirement: KeyRequirement = {},
  ): DynamicModule {
    // An instance is no function, and a promise of one neither.
    if (typeof open !== 'function') {
      throw new ArgumentError('open', 'a function that gives the instance');
    }
    return {
      module: KeystampModule,
      global: true,
      providers: [
        { provide: KEYSTAMP, useFactory: open },
        { provide: KEY_REQUIREMENT, useValue: checkRequirement(requirement) },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [KEYSTAMP, KEY_REQUIREMENT],
    };
  }

  /** Nest calls it when no request runs any more. */
  onApplicationShutdown(): Promise<void> {
    return this.#keystamp.close();
  }
}

Module({})(KeystampModule);
Inject(KEYSTAMP)(KeystampModule, undefined, 0);
Inject(KEYSTAMP)(ApiKeyGuard, undefined, 0);
Optional()(ApiKeyGuard, undefined, 1);
Inject(KEY_REQUIREMENT)(ApiKeyGuard, undefined, 1);

/**
 * Guards a route, or every route of a controller, and says what it requires, field by field over what the controller and the guard
 * say. It brings the guard along: it needs `KeystampModule`, and no other decorator. Throws an ArgumentError for a wrong requirement
 * while the class is declared.
 *
 * @example
 * @RequireApiKey({ optional: true })
 */
export function RequireApiKey(requirement: KeyRequirement = {}): RouteDecorator {
  return decoratorOf(requirement, UseGuards(ApiKeyGuard));
}

/**
 * As `RequireApiKey({ scopes })`: all of them are needed. Those of a route stand in place of those of its controller.
 *
 * @example
 * @Get()
 * @RequireScopes('orders:read')
 * list() {}
 */
export function RequireScopes(...scopes: string[]): RouteDecorator {
  if (scopes.length === 0) throw new ArgumentError('scopes', 'one scope or more');
  return RequireApiKey({ scopes });
}

/** A route, or every route of a controller that says nothing else, at which no key is looked at: for health and the like. */
export function NoApiKey(): RouteDecorator {
  return decoratorOf(false, null);
}

/**
 * Parameter of a handler: the key and its user, an `AuthenticatedKey`; null for a request without a key where it is optional.
 * Where no guard has judged the request it throws, which is answered with 500.
 *
 * @example
 * me(@CurrentApiKey() { user }: AuthenticatedKey) {}
 */
export const CurrentApiKey: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): AuthenticatedKey | null => {
    const { apiKey } = context.switchToHttp().getRequest<NestRequest>();
    if (apiKey === undefined) throw new Error('@CurrentApiKey() needs ApiKeyGuard on its route.');
    return apiKey;
  },
);

/** Whatever it is put on that is neither a class nor a method would be guarded by nothing. */
function decoratorOf(
  requirement: KeyRequirement | false,
  guard: RouteDecorator | null,
): RouteDecorator {
  if (requirement !== false) checkRequirement(requirement);
  const decorate = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const isClass = key === undefined && typeof target === 'function';
    const route: unknown = isClass ? target : descriptor?.value;
    if (typeof route !== 'function') {
      throw new ArgumentError('decorator', 'a controller, or a method of one');
    }
    declareRequirement(route, requirement);
    (guard as typeof decorate | null)?.(target, key, descriptor);
  };
  return decorate as RouteDecorator;
}

function presentedBy(request: NestRequest) {
  const raw = request.raw ?? (request as IncomingMessage);
  return {
    request: raw,
    // A router of Express cuts its own path off `url`.
    url: request.originalUrl ?? raw.url ?? '',
    credentials: credentialsOfRawHeaders(raw.rawHeaders),
    from: new NestOrigin(request),
  };
}

/** Reads the request where its key is refused, and only then. */
class NestOrigin implements RequestOrigin {
  readonly #request: NestRequest;

  constructor(request: NestRequest) {
    this.#request = request;
  }

  get route(): string {
    const { route, routeOptions, originalUrl, raw } = this.#request;
    const pattern = typeof route?.path === 'string' ? route.path : routeOptions?.url;
    return `${this.#request.method} ${pattern ?? originalUrl ?? raw?.url}`;
  }

  /** As the setting `trust proxy` of Express or `trustProxy` of Fastify has it. */
  get address(): string | null {
    return this.#request.ip ?? null;
  }
}

/** Sets what an exception does not carry. Somebody else may have answered meanwhile. */
function refused(response: NestResponse, problem: Problem): ApiKeyException {
  const { 'content-type': _type, ...headers } = problemHeaders(problem);
  for (const [name, value] of isAnswered(response) ? [] : Object.entries(headers)) {
    response.header(name, value);
  }
  return new ApiKeyException(problem);
}

function isAnswered({ headersSent, sent }: NestResponse): boolean {
  return headersSent === true || sent === true;
}
