import { BlockList, isIP } from 'node:net';

const NAMED_NETWORKS = new Map<string, readonly string[]>([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/** Addresses, CIDR networks and the names above, between commas, as CIDR; null where one is none of them. */
export function parseNetworks(text: string): readonly string[] | null {
  const found = text
    .split(',')
    .map((each) => NAMED_NETWORKS.get(each.trim()) ?? asNetwork(each.trim()));
  return found.every((each) => each !== null) ? found.flat() : null;
}

/** Not the network of all addresses: that would trust every client. */
function asNetwork(text: string): string[] | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : null;
  if (bits === null || rest.length > 0) return null;
  if (prefix === undefined) return [`${address}/${bits}`];
  const isLength = /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits;
  return isLength ? [text] : null;
}

/** Whether an address lies in one of the networks, also where IPv4 comes mapped into IPv6. */
export function networkTest(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6');
  };
}
