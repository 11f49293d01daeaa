export { API_KEY_PATTERN, BASE62, checksumOf, isApiKeyShape } from './api-key-shape.js';
export { holdsApiKey, mayHoldApiKey } from './key-in-text.js';
