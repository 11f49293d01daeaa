import { type Problem, problemDocument, problemHeaders } from './problem.js';

/** The problem as a web `Response`. */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problemDocument(problem)), {
    status: problem.status,
    headers: problemHeaders(problem),
  });
}
