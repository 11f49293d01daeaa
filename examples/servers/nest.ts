// NestJS: a guard for the whole application, and decorators. Needs "experimentalDecorators".
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { createKeystamp } from 'keystamp';
import {
  ApiKeyGuard,
  type AuthenticatedKey,
  CurrentApiKey,
  KeystampModule,
  RequireScopes,
} from 'keystamp/nest';

@Controller()
class OrdersController {
  @Get('me')
  me(@CurrentApiKey() apiKey: AuthenticatedKey) {
    return { user: apiKey.user.id };
  }

  @Get('orders')
  @RequireScopes('orders:read')
  list(@CurrentApiKey() apiKey: AuthenticatedKey) {
    return { user: apiKey.user.id, key: apiKey.key.name };
  }
}

@Module({
  imports: [
    KeystampModule.forRoot(() => createKeystamp({ database: process.env['DATABASE_URL'] })),
  ],
  providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }],
  controllers: [OrdersController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, {
  logger: ['error', 'warn'],
  forceCloseConnections: true,
});
app.enableShutdownHooks(); // signals close the application, and that writes what is pending
await app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
console.log(`Listening on ${await app.getUrl()}`);
