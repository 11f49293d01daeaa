import { isIP } from 'node:net';

/** `localhost`, names below it, 127.0.0.0/8 and ::1; brackets around the latter or not. */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) === 4) return name.startsWith('127.');
  return isIP(name) === 6 && new URL(`http://[${name}]`).hostname === '[::1]';
}
