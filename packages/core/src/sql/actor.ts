/**
 * A condition that is always true, and by which the statement says who makes the change: the trigger that writes the
 * history reads the setting, which ends with the transaction. `param` is the parameter that holds the actor.
 */
export const byActor = (param: string) =>
  `(select pg_catalog.set_config('keystamp.actor', ${param}::text, true)) is not null`;
