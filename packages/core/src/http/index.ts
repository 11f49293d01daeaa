/** For authors of middleware: all of it as `authenticate`, its steps one by one, and the answers. Knows no framework. */
export {
  type AuthenticatedKey,
  type Authentication,
  authenticate,
  type CheckedRequirement,
  checkKeystamp,
  checkRequirement,
  type KeyRequirement,
  type PresentedRequest,
  type RequestRequirement,
} from './authenticate.js';
export { type Carrier, DEFAULT_CARRIERS, type KeyCarriers, placesOf } from './carriers.js';
export {
  type CredentialHeaders,
  credentialsOfHeaders,
  credentialsOfRawHeaders,
} from './credential-headers.js';
export { type FoundApiKey, findApiKey, type OtherScheme } from './find-api-key.js';
export { rejectKeyInUrl } from './key-in-url.js';
export {
  type Problem,
  type ProblemDocument,
  type ProblemExtra,
  type ProblemField,
  problem,
  problemDocument,
  problemHeaders,
} from './problem.js';
export { problemResponse } from './problem-response.js';
export { noApiKey, outageOf, refusalOf, unavailable } from './refusal.js';
