import type { LightMyRequestResponse } from 'fastify';
import type { HttpApp } from '../../src/http/http-app.js';

/** Follows redirects as a browser does, with a cookie jar for each origin: Keystamp by inject, the rest by HTTP. */
export interface Browser {
  /** The cookies that Keystamp has set. */
  readonly cookies: Map<string, string>;
  /** One request to Keystamp. */
  open(path: string, app?: HttpApp): Promise<LightMyRequestResponse>;
  /** Goes on from an address of the provider until it leads back; that address. */
  throughProvider(url: string): Promise<URL>;
}

export function createBrowser(keystamp: HttpApp): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    open: async (path, app = keystamp) => {
      const answer = await app.inject({ url: path, headers: { cookie: headerOf(cookies) } });
      for (const { name, value, maxAge } of answer.cookies) {
        if (value === '' || maxAge === 0) cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    },
    throughProvider,
  };
}

/** As a method of `Browser`, with a jar for the provider's cookies alone. */
export async function throughProvider(start: string): Promise<URL> {
  const jar = new Map<string, string>();
  const { origin } = new URL(start);
  let url = new URL(start);
  for (let steps = 0; url.origin === origin; steps += 1) {
    if (steps > 10) throw new Error('the provider leads nowhere');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: headerOf(jar) } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split('=');
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${url.pathname}: ${answer.status}`);
    await answer.body?.cancel();
    url = new URL(location, url);
  }
  return url;
}

function headerOf(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}
