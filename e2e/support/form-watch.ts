import type { CDPSession, Page } from '@playwright/test';
import { expect } from './story.ts';

/** What Chromium's password manager and its check of forms say about the forms of a page. */
export interface FormWatch {
  /** Everything that it has to say of the page as it stands, once it has looked at it. */
  findings(): Promise<string[]>;
}

/** A form that Chromium always has something to say about: it shows that the forms beside it were looked at. */
const CANARY = 'canary';

export async function watchForms(page: Page): Promise<FormWatch> {
  const said: Promise<string>[] = [];
  const session = await page.context().newCDPSession(page);
  session.on('Log.entryAdded', ({ entry: { text, args = [] } }) => {
    if (!text.startsWith('[DOM]')) return;
    said.push(Promise.resolve([text, ...args.map(({ description }) => description)].join(' ')));
  });
  session.on('Audits.issueAdded', ({ issue }) => {
    const found = issue.details.genericIssueDetails;
    if (found !== undefined) said.push(ofIssue(session, found.errorType, found.violatingNodeId));
  });
  await session.send('Log.enable');
  await session.send('Audits.enable');
  const findings = async () => {
    const all = await Promise.all(said);
    return [...new Set(all)].filter((finding) => !finding.includes(CANARY));
  };
  return {
    findings: async () => {
      const canary = await page.evaluateHandle((name) => {
        const form = document.createElement('form');
        const input = document.createElement('input');
        form.name = name;
        input.type = 'password';
        input.name = name;
        input.className = name;
        input.setAttribute('aria-label', name);
        form.append(input);
        (document.querySelector('dialog[open]:last-of-type') ?? document.body).append(form);
        return form;
      }, CANARY);
      const before = said.length;
      await expect
        .poll(async () => (await Promise.all(said.slice(before))).join())
        .toMatch(/\[DOM\].*canary/);
      await canary.evaluate((form) => form.remove());
      return findings();
    },
  };
}

async function ofIssue(session: CDPSession, kind: string, nodeId?: number): Promise<string> {
  if (nodeId === undefined) return kind;
  try {
    const { outerHTML } = await session.send('DOM.getOuterHTML', { backendNodeId: nodeId });
    return `${kind} ${outerHTML}`;
  } catch {
    return kind;
  }
}
