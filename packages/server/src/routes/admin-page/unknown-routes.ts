import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../../http/http-app.js';
import { isNavigation } from '../../http/navigation.js';
import { HttpProblem, sendProblem } from '../../http/problem.js';
import { methodsOf } from '../../http/route-table.js';
import { answerWithPage, type Page } from './page.js';

/** What has no route: the page's own addresses, a wrong method (405 with `Allow`), or nothing (404). */
export function answerUnknownRoutes(app: HttpApp, page: Page): void {
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsOf(app.routeTable, request.url.split('?', 1)[0] ?? '');
    if (methods.length > 0) return sendProblem(reply, wrongMethod(methods));
    if (isNavigation(request)) return answerWithPage(page, reply);
    return sendProblem(reply, new HttpProblem(404, 'There is nothing at this path.'));
  });
}

function wrongMethod(methods: string[]): HttpProblem {
  const allow = methods.join(', ');
  return new HttpProblem(405, `This path answers to ${allow}.`, { headers: { allow } });
}
