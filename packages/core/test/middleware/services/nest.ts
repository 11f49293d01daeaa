import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  type LoggerService,
  Module,
  type ModuleMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  ApiKeyGuard,
  type AuthenticatedKey,
  CurrentApiKey,
  KeystampModule,
  RequireApiKey,
  RequireScopes,
} from '../../../src/middleware/nest.js';
import type { Service, ServiceOptions, StartService } from './service.js';
import { seen, WITH_BASIC } from './service.js';

export type MakeAdapter = () => ExpressAdapter | FastifyAdapter;

/** What a compiler makes of decorators, which the sources here are not compiled with. */
export function decorateMethod<T extends object>(
  controller: Type<T>,
  method: keyof T & string,
  ...decorators: MethodDecorator[]
): void {
  const { prototype } = controller;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
  for (const decorate of decorators.reverse()) decorate(prototype as object, method, descriptor);
}

/** A controller with one route, which answers with what it sees of the key. */
export function routeOf(path: string, ...decorators: MethodDecorator[]): Type {
  class RouteController {
    handle(apiKey: AuthenticatedKey | null) {
      return seen(apiKey);
    }
  }
  CurrentApiKey()(RouteController.prototype, 'handle', 0);
  decorateMethod(RouteController, 'handle', Get(path), ...decorators);
  Controller()(RouteController);
  return RouteController;
}

export async function startNest(
  adapter: MakeAdapter,
  metadata: ModuleMetadata,
  logged: string[] = [],
): Promise<Service> {
  const AppModule = class {};
  Module(metadata)(AppModule);
  const note = (...said: unknown[]) => void logged.push(said.map(String).join(' '));
  const logger: LoggerService = { log: note, error: note, warn: note, debug: note, verbose: note };
  const app: INestApplication = await NestFactory.create(AppModule, adapter(), {
    logger,
    abortOnError: false,
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  return {
    port: Number(new URL(await app.getUrl()).port),
    logged,
    close: () => app.close(),
  };
}

/** An instance that outlives the application: the module closes what it opened. */
export function kept(keystamp: ServiceOptions['keystamp']): ServiceOptions['keystamp'] {
  return { ...keystamp, close: async () => {} };
}

const start =
  (adapter: MakeAdapter): StartService =>
  ({ keystamp, between = async () => {} }) => {
    class Between implements CanActivate {
      async canActivate(): Promise<boolean> {
        await between();
        return true;
      }
    }
    const instance = kept(keystamp);
    const anyKey = new ApiKeyGuard(instance);
    class FirstGuard implements CanActivate {
      /** As on a route that says nothing. */
      canActivate(context: ExecutionContext): Promise<boolean> {
        const getHandler = { value: () => FirstGuard };
        return anyKey.canActivate(Object.create(context, { getHandler }));
      }
    }
    return startNest(adapter, {
      imports: [KeystampModule.forRoot(() => instance)],
      controllers: [
        routeOf('orders', RequireApiKey()),
        routeOf('scoped', RequireScopes('orders:read')),
        routeOf('optional', RequireApiKey({ optional: true })),
        routeOf('basic', RequireApiKey(WITH_BASIC)),
        // Guards run in the order of the decorators from below.
        routeOf('twice', RequireScopes('orders:read'), UseGuards(FirstGuard, Between)),
      ],
    });
  };

export const startNestOnExpress = start(() => new ExpressAdapter());
export const startNestOnFastify = start(() => new FastifyAdapter());
