/** An address with a zone, in brackets and with a port. What is longer is none, and is not looked at. */
const MAX_ADDRESS_LENGTH = 100;

/** An IP address in one notation, without its port. IPv4 mapped into IPv6 is IPv4. */
export type IpAddress =
  | { readonly version: 4; readonly bytes: readonly number[] }
  | { readonly version: 6; readonly groups: readonly number[] };

/** Null: the text is no address. */
export function readAddress(text: string): IpAddress | null {
  if (text.length > MAX_ADDRESS_LENGTH) return null;
  const address = withoutPort(text);
  const bytes = bytesOf(address);
  if (bytes !== null) return { version: 4, bytes };
  const groups = groupsOf(address);
  if (groups === null) return null;
  const isMapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  return isMapped ? { version: 4, bytes: groups.slice(6).flatMap(halves) } : { version: 6, groups };
}

/**
 * The network of an address: `192.0.2.0/24` of `192.0.2.7`, `2001:db8::/48` of `2001:db8::7`. It says where something is, and
 * names no single host. Null: the text is no address.
 */
export function networkOf(text: string): string | null {
  const address = readAddress(text);
  if (address === null) return null;
  if (address.version === 4) return `${address.bytes.slice(0, 3).join('.')}.0/24`;
  const site = hexadecimal(address.groups.slice(0, 3)).join(':');
  return `${site.replace(/^0(:0)*$|(:0)+$/, '')}::/48`;
}

/** The groups of an IPv6 address as they are written. */
export function hexadecimal(groups: readonly number[]): string[] {
  return groups.map((group) => group.toString(16));
}

/** `192.0.2.1:5001` and `[2001:db8::1]:5001`, as some proxies write it. */
export function withoutPort(text: string): string {
  // One class of characters: with two, separated by the colon, each colon would be tried as that one.
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed?.includes(':')) return bracketed;
  return /^([^:]*):\d{1,5}$/.exec(text)?.[1] ?? text;
}

/** The four bytes of an IPv4 address. A leading zero means octal to some programs: such a text is no address. */
function bytesOf(address: string): number[] | null {
  const bytes = address.split('.').map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? +part : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : null;
}

/** The eight groups of an IPv6 address, which may have a zone. `URL` brings every notation into one, without dots. */
function groupsOf(address: string): number[] | null {
  const [, plain] = /^([\da-f:.]*:[\da-f:.]*)(?:%[\w.:-]+)?$/i.exec(address) ?? [];
  if (plain === undefined || !URL.canParse(`http://[${plain}]`)) return null;
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16));
}

function halves(group: number): number[] {
  return [group >> 8, group & 255];
}
