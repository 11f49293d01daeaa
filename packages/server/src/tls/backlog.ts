/**
 * New connections that wait until the process takes them, as many as Linux allows by default. Beyond them the system drops
 * connections without a word, and their clients try again after a second at the earliest.
 */
export const BACKLOG = 4_096;
