/** Sent by the page with what it asks by itself while nobody touches it: such a request does not prolong the session. */
export const UNATTENDED_HEADER = 'x-keystamp-unattended';
