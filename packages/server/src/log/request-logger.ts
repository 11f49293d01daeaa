import type { FastifyBaseLogger } from 'fastify';
import type { Bindings, ChildLoggerOptions } from 'pino';

type Line = [fields: object | string, message?: string];

/**
 * The logger of one request, whose lines carry its id. Fastify wants one for each request, and few of them log: the
 * child logger is made with the first line.
 */
export class RequestLogger {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Bindings;
  #child: FastifyBaseLogger | null = null;

  constructor(parent: FastifyBaseLogger, bindings: Bindings) {
    this.#parent = parent;
    this.#bindings = bindings;
  }

  get level(): string {
    return this.#own().level;
  }

  fatal(...line: Line): void {
    this.#own().fatal(...(line as [object, string]));
  }

  error(...line: Line): void {
    this.#own().error(...(line as [object, string]));
  }

  warn(...line: Line): void {
    this.#own().warn(...(line as [object, string]));
  }

  info(...line: Line): void {
    this.#own().info(...(line as [object, string]));
  }

  debug(...line: Line): void {
    this.#own().debug(...(line as [object, string]));
  }

  trace(...line: Line): void {
    this.#own().trace(...(line as [object, string]));
  }

  silent(): void {}

  child(bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
    return this.#own().child(bindings, options);
  }

  #own(): FastifyBaseLogger {
    this.#child ??= this.#parent.child(this.#bindings);
    return this.#child;
  }
}
