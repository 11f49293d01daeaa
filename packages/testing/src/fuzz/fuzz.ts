import * as fc from 'fast-check';
import type { ApiDocument } from '../api-document/document.js';
import { Judge } from './judge.js';
import { type FuzzRequest, fuzzRequests } from './request.js';
import { FuzzClient, filledIn, type SentRequest } from './send.js';
import type { World } from './stand-ins.js';
import { makeWorld, type Root } from './world.js';

export interface FuzzOptions {
  readonly root: Root;
  readonly document: ApiDocument;
  readonly requests: number;
  /** The same seed makes the same requests. */
  readonly seed: number;
}

/** What an answer has that the document does not say, and the request that got it. */
export interface FuzzFault {
  readonly fault: string;
  readonly operationId: string;
  readonly caller: string;
  readonly sent: SentRequest;
}

export interface FuzzReport {
  readonly sent: number;
  /** By operation and status: how many answers. */
  readonly answers: ReadonlyMap<string, number>;
  readonly faults: readonly FuzzFault[];
}

/** Requests with the same people and keys. */
const ROUND = 250;
/** Sent at once. */
const AT_ONCE = 4;

/**
 * Sends requests made from the document to the server, and holds each answer to the document. It ends by itself: after
 * so many requests, each of which ends after 30 s.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { root, document, requests, seed } = options;
  const all = fc.sample(fuzzRequests(document), { numRuns: requests, seed });
  const client = new FuzzClient(root.origin);
  const judge = new Judge(document);
  const answers = new Map<string, number>();
  const faults: FuzzFault[] = [];
  try {
    for (let from = 0; from < all.length; from += ROUND) {
      const world = await makeWorld(root, `${seed}-${from / ROUND}`);
      const round = all.slice(from, from + ROUND);
      for (let i = 0; i < round.length; i += AT_ONCE)
        await Promise.all(round.slice(i, i + AT_ONCE).map((each) => tryOne(each, world)));
    }
  } finally {
    client.close();
  }
  return { sent: all.length, answers, faults };

  async function tryOne(request: FuzzRequest, world: World): Promise<void> {
    const { operationId, caller } = request;
    const sent = filledIn(request, world);
    const { status, fault } = await attempt(client, judge, sent, world.apiKeys);
    const counted = `${operationId} ${status}`;
    answers.set(counted, (answers.get(counted) ?? 0) + 1);
    if (fault !== null) faults.push({ fault, operationId, caller, sent });
  }
}

async function attempt(
  client: FuzzClient,
  judge: Judge,
  sent: SentRequest,
  secrets: readonly string[],
): Promise<{ status: number | 'none'; fault: string | null }> {
  try {
    const answer = await client.send(sent);
    return { status: answer.status, fault: judge.faultOf(sent, answer, secrets) };
  } catch (error) {
    return { status: 'none', fault: `no answer: ${(error as Error).message}` };
  }
}

/** One line a fault, and what repeats the request. */
export function describeFault({ fault, operationId, caller, sent }: FuzzFault): string {
  return `${operationId} by ${caller}: ${fault}\n  ${JSON.stringify(sent).slice(0, 2_000)}`;
}
