/** Rules about values, each in this one place, for the library, the wire contract, the command line and the page. Free of Node. */
export {
  EMAIL_PATTERN,
  isEmail,
  MAX_EMAIL_LENGTH,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  PASSWORD_PATTERN,
  SESSION_IDLE_HOURS,
  SESSION_MAX_DAYS,
} from './accounts.js';
export { CARRIERS, type Carrier, isCarrier } from './carriers.js';
export { DAYS_EXPECTED, DAYS_PATTERN, readDays } from './days.js';
export {
  isMetadataName,
  isMetadataValue,
  isNote,
  MAX_METADATA_PAIRS,
  MAX_METADATA_VALUE_LENGTH,
  MAX_NOTE_LENGTH,
  METADATA_EXPECTED,
  METADATA_NAME_EXPECTED,
  METADATA_NAME_PATTERN,
  METADATA_VALUE_EXPECTED,
  METADATA_VALUE_PATTERN,
  NOTE_EXPECTED,
  NOTE_PATTERN,
  tidyNote,
} from './descriptions.js';
export {
  DISPLAY_TEXT_PATTERN,
  isName,
  isUserId,
  lengthOf,
  MAX_NAME_LENGTH,
  MAX_USER_ID_LENGTH,
  NAME_EXPECTED,
  printableText,
  tidyName,
  USER_ID_EXPECTED,
} from './display-text.js';
export { DEFAULT_GRACE_SECONDS, MAX_DAYS, MAX_GRACE_SECONDS } from './durations.js';
export { editDistance } from './edit-distance.js';
export { ACTOR_KINDS, EVENT_KINDS, MAX_ACTOR_LENGTH } from './history.js';
export { isKeyId } from './ids.js';
export { isKept, KEEP_UNTIL } from './keep-until.js';
export {
  DEFAULT_LABEL,
  isLabel,
  LABEL_EXPECTED,
  MAX_LABEL_LENGTH,
} from './labels.js';
export {
  API_KEY_STATUSES,
  DEFAULT_EVENTS_LIMIT,
  DEFAULT_LIST_LIMIT,
  LIST_ORDERS,
  LIST_SORTS,
  MAX_BULK,
  MAX_EVENTS_LIMIT,
  MAX_FOUND_KEYS,
  MAX_LIST_LIMIT,
  MAX_NEWEST_OF,
  MAX_SEARCH_LENGTH,
  MIN_BEGINNING_LENGTH,
} from './lists.js';
export { hexadecimal, type IpAddress, networkOf, readAddress, withoutPort } from './networks.js';
export { type NumberRange, OPTION_RANGES } from './option-ranges.js';
export {
  faultOfSslMode,
  SSL_MODES,
  type SslMode,
  TARGET_SESSION_ATTRS,
  type TargetSessionAttrs,
} from './postgres-parameters.js';
export {
  POSTGRES_URL_EXPECTED,
  type PostgresPlace,
  type PostgresUrl,
  type ReadPostgresUrl,
  readPostgresUrl,
} from './postgres-url.js';
export {
  isScope,
  MAX_SCOPE_LENGTH,
  MAX_SCOPES,
  SCOPE_EXPECTED,
  SCOPE_PATTERN,
} from './scopes.js';
