export { API_KEY_PATTERN, isApiKeyShape } from 'keystamp/shape';
export * from './api-keys.js';
export * from './auth.js';
export * from './field-types.js';
export * from './problem.js';
export * from './relative-time.js';
export * from './setup.js';
export * from './users.js';
