import type { FastifyRequest } from 'fastify';
import { hexadecimal, readAddress, withoutPort } from 'keystamp/rules';

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
  const address = readAddress(text);
  if (address === null) return null;
  if (address.version === 4) return address.bytes.join('.');
  return `${hexadecimal(address.groups.slice(0, 4)).join(':')}::/64`;
}

/** The /48 around an IPv6 network of `networkOf`: a customer may have one whole. Null: it is IPv4. */
export function siteOf(network: string): string | null {
  const [, site] = /^((?:[\da-f]+:){3})[\da-f]+::\/64$/.exec(network) ?? [];
  return site === undefined ? null : `${site}:/48`;
}
