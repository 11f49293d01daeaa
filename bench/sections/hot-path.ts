import { Program } from '@keystamp/testing/processes/program';
import { openDatabase } from 'keystamp/database';
import { type SeededKey, seedKeys } from '../ground/seed-keys.js';
import { hasNginx, type Nginx, startNginx } from '../load/nginx.js';
import { startWorkers, type WorkersProcess } from '../load/workers-process.js';
import { loadByWrk, type WrkLoad } from '../load/wrk.js';
import { type Contestant, interleave } from '../measure/rounds.js';
import type { Ground, Section } from '../section.js';
import { BARE_NODE, CASES, FORWARD, reportHotPath } from './hot-path-report.js';

const SIZE = { connections: 32, seconds: 1 };
const BARE = new URL('../load/bare-servers.ts', import.meta.url);

export const hotPath: Section = {
  name: 'hot-path',
  title: 'The requests that a service asks for each of its own',
  about: `\`keystamp serve\` beside bare servers, each a process of its own that does nothing meanwhile: Fastify with routes that give the same status and the same headers, or read the same form and
answer as much JSON, without looking at a key; and \`node:http\` alone. The load is \`wrk\`, one thread and ${SIZE.connections} kept connections; every request carries a known key. Then the
same key at nginx, whose \`auth_request\` asks nginx itself (a 204 at once: the limit of what a proxy that asks can do), bare \`node:http\`, or Keystamp.`,
  async run(ground) {
    const { url, known, caller } = await prepareKeys(ground);
    const fastify = new Program(BARE, ['fastify']);
    const node = new Program(BARE, ['node']);
    const ports = Promise.all([fastify, node].map((each) => each.next<{ port: number }>()));
    const server = await startWorkers(url, 1);
    let nginx: Nginx | null = null;
    try {
      const [portOfFastify, port] = (await ports).map((each) => each.port) as [number, number];
      const bare = `http://127.0.0.1:${portOfFastify}`;
      const key = { 'x-api-key': known.apiKey };
      const cpu = new Map<string, number[]>();
      const contestants: Contestant[] = [
        measured(
          cpu,
          BARE_NODE,
          { url: `http://127.0.0.1:${port}/verify`, headers: key },
          cpuOf(node),
        ),
      ];
      for (const { name, path, bareName, isForm } of CASES) {
        const headers = isForm ? { authorization: `Bearer ${caller.apiKey}` } : key;
        const form = isForm ? { form: `token=${known.apiKey}` } : {};
        const ofBare = { url: `${bare}${path}`, headers, ...form };
        contestants.push(measured(cpu, bareName, ofBare, cpuOf(fastify)));
        const own = { url: `${server.url}${path}`, headers, ...form };
        contestants.push(measured(cpu, name, own, async () => server.cpu()));
      }
      if (hasNginx()) {
        nginx = await startNginx(['itself', port, Number(new URL(server.url).port)]);
        for (const [i, name] of FORWARD.entries()) {
          contestants.push(measured(new Map(), name, { url: `${nginx.url}/${i}`, headers: key }));
        }
      }
      const samples = await interleave(contestants, { turns: 7, warmUps: 2 });
      return reportHotPath(samples, cpu);
    } finally {
      await nginx?.end();
      await endAll(server, fastify, node);
    }
  },
};

interface Keys {
  readonly url: string;
  readonly known: SeededKey;
  /** May introspect. */
  readonly caller: SeededKey;
}

async function prepareKeys(ground: Ground): Promise<Keys> {
  const url = await ground.createDatabase();
  const database = await openDatabase(url);
  const [known, caller] = (await seedKeys(database, 1_000)) as [SeededKey, SeededKey];
  await database.query("update keystamp.api_keys set scopes = '{introspect}' where id = $1", [
    caller.id,
  ]);
  await database.query('update keystamp.users set is_admin = true', []);
  await database.end();
  return { url, known, caller };
}

/** `cpu`: gets the processor time a request of each round, in µs; `used` says how much the server has used so far. */
function measured(
  cpu: Map<string, number[]>,
  name: string,
  load: Pick<WrkLoad, 'url' | 'headers' | 'form'>,
  used: () => Promise<number> = async () => 0,
): Contestant {
  const each: number[] = [];
  cpu.set(name, each);
  return {
    name,
    async round() {
      const before = await used();
      const rate = await loadByWrk({ ...load, ...SIZE });
      each.push(((await used()) - before) / (rate * SIZE.seconds));
      return rate;
    },
  };
}

function cpuOf(program: Program): () => Promise<number> {
  return async () => {
    const { cpu } = await program.ask<{ cpu: NodeJS.CpuUsage }>({});
    return cpu.user + cpu.system;
  };
}

async function endAll(server: WorkersProcess, ...programs: Program[]): Promise<void> {
  for (const program of programs) await program.end();
  await server.end();
}
