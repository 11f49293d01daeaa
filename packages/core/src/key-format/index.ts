/** Whether a text has the shape of a key, holds one or may hold one. Free of Node. */
export { API_KEY_PATTERN, BASE62, checksumOf, isApiKeyShape } from './api-key-shape.js';
export { holdsApiKey, mayHoldApiKey } from './key-in-text.js';
