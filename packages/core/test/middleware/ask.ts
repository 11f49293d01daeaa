import { type IncomingHttpHeaders, request } from 'node:http';
import type { Service } from './services/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A header line each, in order; the same name may come again. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** A request over a connection of its own. */
export function ask({ port }: Service, path: string, lines: HeaderLines = []): Promise<Answer> {
  const headers = [['Host', `127.0.0.1:${port}`], ['Connection', 'close'], ...lines].flat();
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode as number, headers: response.headers, body });
      });
    });
    sent.on('error', reject).end();
  });
}

export function withKey(apiKey: string): HeaderLines {
  return [['X-API-Key', apiKey]];
}
