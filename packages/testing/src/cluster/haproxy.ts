import { freePort } from '../network/free-port.js';
import type { ClusterHome } from './cluster-home.js';
import type { PatroniNode } from './patroni-node.js';
import { findProgram } from './programs.js';

/** Starts a HAProxy whose port leads to the node that Patroni's REST API calls the primary; the port. */
export async function startHaproxy(
  home: ClusterHome,
  nodes: readonly PatroniNode[],
): Promise<number> {
  const port = await freePort();
  const file = home.write('haproxy.cfg', configuration(port, nodes));
  home.run('haproxy', [findProgram('haproxy'), '-db', '-f', file]);
  return port;
}

/** Connections to a node that is no primary any more are closed. */
function configuration(port: number, nodes: readonly PatroniNode[]): string {
  const servers = nodes.map(
    (node) => `  server ${node.name} 127.0.0.1:${node.port} check port ${node.restPort}`,
  );
  return `defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fastinter 250ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
