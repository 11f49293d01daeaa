import type { CreateApiKeyBody, IssuedApiKey } from '@keystamp/server/contract';
import type { Page } from '@playwright/test';
import { expect } from './story.ts';

/** Makes a key of the person who is signed in, by the same API as the page. */
export async function createKey(
  page: Page,
  url: string,
  body: CreateApiKeyBody,
): Promise<IssuedApiKey> {
  const headers = { origin: url };
  const answer = await page.request.post(`${url}/api/api-keys`, { data: body, headers });
  expect(answer.status()).toBe(201);
  return (await answer.json()) as IssuedApiKey;
}

/** Uses a key as any program would; the answer's status. */
export async function callWith(url: string, apiKey: string): Promise<number> {
  const answer = await fetch(`${url}/verify`, { headers: { 'x-api-key': apiKey } });
  return answer.status;
}
