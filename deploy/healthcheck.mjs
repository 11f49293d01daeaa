// Ends with 0 if the server of this environment is ready for requests, and with 1 otherwise. In a container:
//   HEALTHCHECK CMD ["node", "deploy/healthcheck.mjs"]
// It asks where KEYSTAMP_METRICS has an address of its own there, because the port of the API may want clients'
// certificates. The certificate is not checked: the question stays on this machine, and the answer is no secret.
import * as http from 'node:http';
import * as https from 'node:https';

const env = process.env;
const [, scheme, host, port] = /^(https:\/\/)?(\[[^\]]+\]|[^:]+):(\d+)$/.exec(
  env.KEYSTAMP_METRICS ?? '',
) ?? [
  null,
  env.KEYSTAMP_TLS_CERT_FILE,
  env.KEYSTAMP_HOST || '127.0.0.1',
  env.KEYSTAMP_PORT || '4747',
];
const target = {
  host: host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^0\.0\.0\.0$/, '127.0.0.1')
    .replace(/^::$/, '::1'),
  port,
  path: '/readyz',
  rejectUnauthorized: false,
};
(scheme ? https : http)
  .get(target, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1));
