export { API_KEY_PATTERN, isApiKeyShape } from 'keystamp/shape';
export * from './api-keys.js';
export * from './problem.js';
export * from './relative-time.js';
