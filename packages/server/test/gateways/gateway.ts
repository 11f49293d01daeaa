import { until } from '@keystamp/testing/until';
import { createKeyServer, type KeyServer } from '../support/key-server.js';
import { createKeys, type Keys } from './keys.js';
import type { Limits, Places, Ports, RunningProxy } from './proxy.js';
import { type Relay, startRelay } from './relay.js';
import { send } from './send.js';
import { type Service, startService } from './service.js';

export type StartProxy = (places: Places, limits: Limits) => Promise<RunningProxy>;

/** A proxy, the real Keystamp behind a relay, and the service that they guard. */
export interface Gateway {
  /** Waits for long. */
  readonly proxy: RunningProxy;
  /** Waits as the example says. */
  readonly impatient: RunningProxy;
  readonly server: KeyServer;
  readonly relay: Relay;
  readonly service: Service;
  readonly keys: Keys;
  /** The ports of the example where nothing stands around it. */
  readonly plain: Ports;
  close(): Promise<void>;
}

export async function openGateway(start: StartProxy): Promise<Gateway> {
  const server = await createKeyServer({
    env: { KEYSTAMP_TRUST_PROXY: '127.0.0.1', KEYSTAMP_METRICS: 'all' },
  });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const relay = await startRelay(server.context.localPort());
  const service = await startService();
  const places = { keystamp: relay.port, service: service.port };
  const proxy = await start(places, 'patient');
  const impatient = await start(places, 'as in the example');
  await listening(proxy);
  await listening(impatient);
  return {
    proxy,
    impatient,
    server,
    relay,
    service,
    keys: await createKeys(server),
    plain: proxy.ports['nothing else'] as Ports,
    close: async () => {
      await proxy.end();
      await impatient.end();
      await service.close();
      await relay.close();
      await server.close();
    },
  };
}

async function listening({ ports }: RunningProxy): Promise<void> {
  for (const { http } of Object.values(ports)) {
    await until(() => send(http).catch(() => null), { what: 'the proxy to listen' });
  }
}
