import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';

/** Addresses, CIDR networks, `loopback`, `linklocal` and `uniquelocal`, between commas; null where one is none of them. */
export function parseNetworks(text: string): readonly string[] | null {
  const networks = text.split(',').map((each) => each.trim());
  try {
    compile(networks);
  } catch {
    return null;
  }
  return networks.every(isPlain) ? networks : null;
}

/** `compile` takes short forms too, as `1`, which others mean as a number of proxies. */
function isPlain(network: string): boolean {
  const [address = ''] = network.split('/');
  return isIP(address) !== 0 || /^[a-z]+$/.test(network);
}

/** Whether an address lies in one of the networks, also where IPv4 comes mapped into IPv6. */
export function networkTest(networks: readonly string[]): (address: string) => boolean {
  const isIn = compile([...networks]);
  return (address) => isIn(address, 0);
}
