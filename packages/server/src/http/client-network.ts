import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** An IPv6 address with a zone, in brackets and with a port. What is longer is none, and is not looked at. */
const LONGEST_ADDRESS = 100;

/**
 * The network that a request counts under where failures are limited. What a proxy passes on is its
 * client's text: where it is no address, the proxy's own counts, so that nobody makes up fresh budgets.
 */
export function clientNetwork(request: FastifyRequest): string {
  return (
    networkOf(request.ip ?? '') ?? networkOf(request.socket.remoteAddress ?? '') ?? 'no address'
  );
}

/** As `clientNetwork`, where all /64 networks of an IPv6 /48 are one. */
export function clientSite(request: FastifyRequest): string {
  const network = clientNetwork(request);
  return siteOf(network) ?? network;
}

/** The address that a request came from, without a port; null: none is known. */
export function clientAddress(request: FastifyRequest): string | null {
  return addressOf(request.ip ?? '') ?? addressOf(request.socket.remoteAddress ?? '');
}

function addressOf(text: string): string | null {
  const network = networkOf(text);
  return network?.endsWith('/64') ? withoutPort(text) : network;
}

/**
 * An address in one notation, without its port; null: it is none. An IPv6 customer has a whole /64:
 * it counts as one address. IPv4 mapped into IPv6 is IPv4.
 */
export function networkOf(text: string): string | null {
  if (text.length > LONGEST_ADDRESS) return null;
  const address = withoutPort(text);
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return null;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The /48 around an IPv6 network of `networkOf`: a customer may have one whole. Null: it is IPv4. */
export function siteOf(network: string): string | null {
  const [, site] = /^((?:[\da-f]+:){3})[\da-f]+::\/64$/.exec(network) ?? [];
  return site === undefined ? null : `${site}:/48`;
}

/** `192.0.2.1:5001` and `[2001:db8::1]:5001`, as some proxies write it. */
function withoutPort(text: string): string {
  // One class of characters: with two, separated by the colon, each colon would be tried as that one.
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed?.includes(':')) return bracketed;
  return /^([^:]*):\d{1,5}$/.exec(text)?.[1] ?? text;
}

/** The eight groups of an IPv6 address. `URL` brings every notation into one, without dots. */
function groupsOf(address: string): number[] {
  const [plain = ''] = address.split('%');
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16));
}
