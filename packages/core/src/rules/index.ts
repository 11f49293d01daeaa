/** Rules about values, each in this one place, for the library, the wire contract, the command line and the page. Free of Node. */
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
