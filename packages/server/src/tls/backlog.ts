/**
 * New connections that wait until the process takes them; the default of Node.js. Beyond them the system drops connections
 * without a word, and their clients try again after a second at the earliest. More is worse in a flood: the process takes
 * one connection in a turn of its event loop, so that a valid client's waits behind all of the flood's.
 */
export const BACKLOG = 511;
