/** A variable of the environment, as docs/reference/settings.md shows it. What it accepts is said by `readConfig`. */
export interface Setting {
  readonly name: string;
  /** The value that counts where the variable is not set. Null: none. */
  readonly byDefault: string | null;
  readonly about: string;
  /** True: it holds a secret, which can stand in a file that another variable names: `fileVariable`. */
  readonly isSecret?: true;
}

interface Subject {
  readonly title: string;
  readonly settings: readonly Setting[];
}

const DATABASE: Subject = {
  title: 'Database',
  settings: [
    {
      name: 'DATABASE_URL',
      byDefault: null,
      isSecret: true,
      about:
        'Where PostgreSQL is. Not set: the embedded database, for one process; a power cut takes nothing from it that was acknowledged: docs/operate/embedded.md#what-is-on-the-disk. TLS, a private authority and several hosts: docs/guide/connecting.md.',
    },
    {
      name: 'LISTEN_DATABASE_URL',
      byDefault: null,
      isSecret: true,
      about:
        'A direct connection for notifications and migrations, where `DATABASE_URL` goes through a pooler in transaction mode. Not set: `DATABASE_URL`.',
    },
    {
      name: 'KEYSTAMP_DATA_DIR',
      byDefault: './keystamp-data',
      about: 'The folder of the embedded database.',
    },
    {
      name: 'KEYSTAMP_MIGRATE',
      byDefault: 'true',
      about:
        '`false`: never change the schema. A schema that lacks a migration then stops the start. See docs/operate/operations.md#one-role-that-migrates-and-one-that-serves.',
    },
  ],
};

const ADDRESS: Subject = {
  title: 'Address',
  settings: [
    { name: 'KEYSTAMP_HOST', byDefault: '127.0.0.1', about: 'The address to listen on.' },
    { name: 'KEYSTAMP_PORT', byDefault: '4747', about: 'The port. 0: any free one.' },
    {
      name: 'KEYSTAMP_WORKERS',
      byDefault: '1',
      about:
        'Processes that share the port, such as `4`. `auto`: one for each core. More than one needs PostgreSQL. Each is an instance of its own: docs/operate/scaling.md#all-cores-of-a-machine.',
    },
    {
      name: 'KEYSTAMP_PUBLIC_URL',
      byDefault: null,
      about:
        'Where browsers reach Keystamp. It must be set when `KEYSTAMP_HOST` is not a loopback address. Cookies and the check of the origin follow it. It may have a path: docs/operate/below-a-path.md.',
    },
    {
      name: 'KEYSTAMP_TRUST_PROXY',
      byDefault: null,
      about: 'Networks whose `X-Forwarded-*` headers count. Not set: no network.',
    },
    {
      name: 'KEYSTAMP_TLS_CERT_FILE',
      byDefault: null,
      about:
        'The PEM file of the certificate. Not set: plain HTTP. The files are read again when they change. See docs/operate/tls.md.',
    },
    {
      name: 'KEYSTAMP_TLS_KEY_FILE',
      byDefault: null,
      about: 'The PEM file of its private key, without a passphrase.',
    },
    {
      name: 'KEYSTAMP_TLS_CLIENT_CA_FILE',
      byDefault: null,
      about:
        'The PEM file of the authorities that sign the certificates of clients. Not set: clients need no certificate.',
    },
  ],
};

const SIGN_IN: Subject = {
  title: 'Sign-in',
  settings: [
    {
      name: 'KEYSTAMP_ADMIN_EMAIL',
      byDefault: null,
      about: 'Makes the first administrator, where there is none yet. Needs the password.',
    },
    {
      name: 'KEYSTAMP_ADMIN_PASSWORD',
      byDefault: null,
      isSecret: true,
      about: 'The password of the first administrator.',
    },
    {
      name: 'KEYSTAMP_OIDC_ISSUER',
      byDefault: null,
      about:
        'The issuer of a provider, for sign-in by OpenID Connect beside the password. Needs the next two: docs/guide/sign-in.md.',
    },
    {
      name: 'KEYSTAMP_OIDC_CLIENT_ID',
      byDefault: null,
      about: 'The name that the provider gave to Keystamp.',
    },
    {
      name: 'KEYSTAMP_OIDC_CLIENT_SECRET',
      byDefault: null,
      isSecret: true,
      about: 'The secret that the provider gave to Keystamp.',
    },
  ],
};

const KEYS: Subject = {
  title: 'Keys',
  settings: [
    { name: 'KEYSTAMP_KEY_LABEL', byDefault: 'ks', about: 'What new keys begin with.' },
    {
      name: 'KEYSTAMP_MAX_KEYS_PER_USER',
      byDefault: '1000',
      about:
        'Keys of one user at most, revoked and expired ones included. A rotation may use up to twice as many.',
    },
    {
      name: 'KEYSTAMP_MAX_EXPIRY',
      byDefault: null,
      about:
        'Every new key expires, within so many days, such as `365d`. A later expiry, or none, is refused, also in a change. A successor of an older key gets at most so many days.',
    },
    {
      name: 'KEYSTAMP_KEY_CHANGES_PER_MINUTE',
      byDefault: '6000',
      about:
        'Changes of keys that one user may make in a minute, on each instance. Beyond it the answer is 429 with `Retry-After`. Commands do not count.',
    },
    {
      name: 'KEYSTAMP_KEY_CHANGES_AT_ONCE',
      byDefault: '20',
      about: 'Changes of keys that one user may make at the same time, on each instance.',
    },
    {
      name: 'KEYSTAMP_CARRIERS',
      byDefault: 'x-api-key,bearer,basic',
      about:
        'Where `/verify` and `/ext-authz` look for a key: docs/guide/gateways.md#user-name-and-password.',
    },
    {
      name: 'KEYSTAMP_INTROSPECTION_MAX_AGE',
      byDefault: null,
      about:
        'Seconds that a resource server may keep an answer of introspection (its `exp`). 0: the answer has no `exp`. Not set: until the key expires. See docs/guide/introspection.md#answers-that-are-kept.',
    },
  ],
};

const UNUSED_KEYS: Subject = {
  title: 'History and unused keys',
  settings: [
    {
      name: 'KEYSTAMP_HISTORY_DAYS',
      byDefault: '400',
      about:
        'Days that the history of keys is kept. Older events are deleted in small pieces. Give every instance the same number: the smallest counts.',
    },
    {
      name: 'KEYSTAMP_DISABLE_UNUSED',
      byDefault: null,
      about:
        'Disables active keys that were not used for so many days, such as `90d`. One instance does it, once a day. See docs/guide/clean-up-unused-keys.md#let-the-server-do-it.',
    },
    {
      name: 'KEYSTAMP_REVOKE_DISABLED',
      byDefault: null,
      about:
        'Revokes keys that have been disabled for so many days, such as `30d`, also those that somebody disabled by hand. Runs with the setting before.',
    },
  ],
};

const LAST_USED: Subject = {
  title: 'Last uses and outages',
  settings: [
    {
      name: 'KEYSTAMP_PRECISION_MS',
      byDefault: '1000',
      about: 'The window, in ms, in which the last use of a key is written at most once.',
    },
    {
      name: 'KEYSTAMP_FLUSH_INTERVAL_MS',
      byDefault: '500',
      about: 'The longest time, in ms, that a first use waits until it is written.',
    },
    {
      name: 'KEYSTAMP_OUTAGE_GRACE_MS',
      byDefault: '60000',
      about: 'How long, in ms, known keys stay valid while the database is away.',
    },
  ],
};

const WATCHING: Subject = {
  title: 'Log and metrics',
  settings: [
    {
      name: 'KEYSTAMP_METRICS',
      byDefault: 'loopback',
      about:
        'Who may read `/metrics`: programs on this machine, everybody, or an address and port that alone serves them. With `https://` before the address they have TLS.',
    },
    {
      name: 'KEYSTAMP_LOG_LEVEL',
      byDefault: 'info',
      about: 'The lowest level that is logged. At a terminal the default is `warn`.',
    },
    {
      name: 'KEYSTAMP_LOG_FORMAT',
      byDefault: null,
      about:
        'How the server writes its log: `text` for people, or `json`, one object a line. Not set: text where standard error is a terminal, JSON elsewhere.',
    },
  ],
};

/** Every variable that the configuration reads. */
export const SUBJECTS: readonly Subject[] = [
  DATABASE,
  ADDRESS,
  SIGN_IN,
  KEYS,
  UNUSED_KEYS,
  LAST_USED,
  WATCHING,
];

export const SETTINGS: readonly Setting[] = SUBJECTS.flatMap(({ settings }) => settings);

/** The variables whose value is a secret. */
export const SECRETS: readonly string[] = SETTINGS.filter(({ isSecret }) => isSecret).map(
  ({ name }) => name,
);

/** The variable that names the file of a secret: `DATABASE_URL_FILE` for `DATABASE_URL`. */
export function fileVariable(secret: string): string {
  return `${secret}_FILE`;
}

export const VARIABLES: readonly string[] = [
  ...SETTINGS.map(({ name }) => name),
  ...SECRETS.map(fileVariable),
];
