import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDERS = ['core/src', 'core/migrations', 'server/src', 'server/migrations'];

/** What a shadow says when it runs. */
export const ALARM = 'ALARM: a function of another role ran in place of one of PostgreSQL';

/** Every type that a value of ours has, or that an operator could be made for to be the better match. */
const TYPES = `'text', 'name', '"char"', 'boolean', 'smallint', 'integer', 'bigint', 'numeric', 'double precision', 'timestamptz',
  'timestamp', 'interval', 'uuid', 'bytea', 'oid', 'regclass', 'text[]', 'uuid[]', 'bytea[]', 'name[]', 'double precision[]',
  'timestamptz[]'`;

/** A word before a bracket that is a function of PostgreSQL, and every run of operator characters that is an operator of it. */
function namesInSource(): { functions: string[]; operators: string[] } {
  const functions = new Set<string>();
  // Words that stand for an operator: `like`, `ilike`, `between`, `in`.
  const operators = new Set(['~~', '~~*', '>=', '<=', '=']);
  for (const file of FOLDERS.flatMap((folder) => sourcesIn(join(packages, folder)))) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/\b([a-z_][a-z_0-9]*)\(/g)) functions.add(name);
    for (const [operator] of text.matchAll(/[-+*/<>=~!@#%^&|]+/g)) operators.add(operator);
  }
  return { functions: [...functions], operators: [...operators] };
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        name.endsWith('.sql') ||
        (name.endsWith('.ts') && name.includes('sql/')) ||
        name === 'status.ts',
    )
    .map((name) => join(folder, name));
}

const literals = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/**
 * One text of statements that shadows in `public` every operator and function that our SQL names, for all plausible types,
 * as another role may where it can create there. A statement that resolves to one of them fails with the alarm.
 */
export function shadowsSql(): string {
  const { functions, operators } = namesInSource();
  return `do $shadows$
declare
  types text[] := array[${TYPES}];
  one record;
  result text;
  alarm text := 'language plpgsql as $alarm$ begin raise exception ''${ALARM}''; end $alarm$';
begin
  for one in select l, r from unnest(types) l, unnest(types) r loop
    foreach result in array array['boolean', 'text', one.l] loop
      execute format('create or replace function public.shadow_%s(%s, %s) returns %s %s', md5(result), one.l, one.r, result, alarm);
    end loop;
  end loop;
  for one in
    select distinct o.oprname as name, l, r,
      md5(case when o.oprname in ('+', '-', '*', '/', '<<', '>>', '|', '&') then l when o.oprname = '||' then 'text' else 'boolean' end) as result
    from pg_operator o, unnest(types) l, unnest(types) r
    where o.oprkind = 'b' and o.oprname in (${literals(operators)})
  loop
    execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.shadow_%s)', one.name, one.l, one.r, one.result);
  end loop;
  for one in
    with named as (
      select distinct p.proname as name, p.pronargs as many
      from pg_proc p
      where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind in ('f', 'a') and p.pronargs <= 3
        and p.prorettype not in ('trigger'::regtype, 'internal'::regtype) and p.proname in (${literals(functions)})
    )
    select name, array_to_string(array[l, r, t], ', ') as arguments
    from named
      left join unnest(types) l on many >= 1
      left join unnest(types) r on many >= 2
      left join unnest(array['text', 'integer']) t on many >= 3
  loop
    execute format('create or replace function public.%I(%s) returns text %s', one.name, one.arguments, alarm);
  end loop;
end
$shadows$`;
}
