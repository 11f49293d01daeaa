/** The tables whose rows mean something to a person. */
export const TABLE_TITLES: Readonly<Record<string, string>> = {
  users: 'users',
  oidc_subjects: 'accounts of providers',
  api_keys: 'keys',
  key_events: 'events of the history',
  idempotency_keys: 'idempotency keys',
};

/** `4 users, 1 accounts of providers, 7 keys …` */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(TABLE_TITLES).map(
    ([table, title]) => `${counts[table] ?? 0} ${title}`,
  );
  return words.join(', ');
}
