import { page, prose, table } from './markdown.mjs';

const INTRODUCTION = `Keystamp is set up by variables of the environment. A wrong value stops the start. The message names the
variable, its value (unless it may be a secret) and the expected form. An empty variable counts as not set, but for those that say
where the keys are or which files TLS uses: those stop the start. An unknown \`KEYSTAMP_…\` variable logs a warning with the closest
known name.

Each variable that holds a secret has a second one, named with \`_FILE\` at its end, for the path of a file that holds the secret, as
container platforms mount them: \`DATABASE_URL_FILE=/run/secrets/database-url\`. Set one of the two. Line breaks at the end of the file do
not count. The file is read once, when the program starts. A file that is missing, unreadable, empty or of several lines stops the start.

The first line of a start names the database: \`Database: PostgreSQL 18.4 at db.example.com:5432, database keys\`. At a terminal each
command does so too. If \`DATABASE_URL\` is not set, but \`POSTGRES_URL\`, \`PGHOST\` or a similar variable is, a warning names that
variable.`;

/** docs/reference/settings.md. What a variable accepts is what the message about a wrong value says. */
export function settingsPage({ SUBJECTS, readConfig }) {
  const fileOf = (isSecret, name) =>
    isSecret ? ` Or \`${name}_FILE\`: a file that holds it.` : '';
  const parts = SUBJECTS.flatMap(({ title, settings }) => [
    `## ${title}`,
    table(
      ['Variable', 'Default', 'Accepts', ''],
      settings.map(({ name, byDefault, about, isSecret }) => [
        `\`${name}\``,
        byDefault === null ? 'not set' : `\`${byDefault}\``,
        acceptedBy(name, readConfig),
        `${about}${fileOf(isSecret, name)}`,
      ]),
    ),
  ]);
  const from = '`packages/server/src/config/settings.ts`';
  return page('Settings', from, [prose(INTRODUCTION), ...parts]);
}

function acceptedBy(name, readConfig) {
  const { errors = [] } = readConfig({ [name]: '?' });
  const error = errors.find((each) => each.startsWith(`${name}: `) && !each.includes('not set'));
  return error?.replace(/^.*?, expected /, '').replace(/;.*$/, '') ?? '';
}
