/** Everything that keeps committed data through a crash is on, as it is by default: for what measures. */
export const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;
