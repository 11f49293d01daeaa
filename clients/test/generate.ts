import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('..', import.meta.url));
export const GENERATED = fileURLToPath(new URL('../generated', import.meta.url));

const ORVAL_CONFIG = `module.exports = {
  keystamp: {
    input: './openapi.json',
    output: { target: './orval.ts', client: 'fetch', baseUrl: { getBaseUrlFromSpecification: true } },
  },
};
`;

/** Each generator as its guide calls it. They run in the folder of the document. */
const GENERATORS = [
  'openapi-ts -i openapi.json -o hey-api -p @hey-api/client-fetch @hey-api/typescript @hey-api/sdk',
  'oazapfts openapi.json oazapfts.ts',
  'orval --config ./orval.config.cjs',
  'openapi-typescript openapi.json -o openapi-typescript.ts',
  'openapi2postmanv2 -s openapi.json -o postman.json -O enableOptionalParameters=false',
];

export interface Run {
  readonly succeeded: boolean;
  readonly output: string;
}

/** A program of this folder, or of the workspace. */
export async function run(command: string, cwd = GENERATED): Promise<Run> {
  const [name = '', ...args] = command.split(' ');
  const own = `${HERE}node_modules/.bin/${name}`;
  const program = existsSync(own) && name !== 'tsc' ? own : `${HERE}../node_modules/.bin/${name}`;
  const settings = { cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...QUIET } };
  try {
    const { stdout } = await promisify(execFile)(program, args, settings);
    return { succeeded: true, output: stdout };
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
    return { succeeded: false, output: [message, stdout, stderr].join('\n') };
  }
}

/** The tools report what they do to their makers, unless these are set. */
const QUIET = {
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  DO_NOT_TRACK: '1',
};

/** Makes all clients from the document, each time from the start. Throws what a generator says where one fails. */
export async function generateClients(document: string): Promise<void> {
  if (!existsSync(`${HERE}node_modules`)) throw new Error('install first: npm ci --prefix clients');
  await rm(GENERATED, { recursive: true, force: true });
  await mkdir(GENERATED, { recursive: true });
  await writeFile(`${GENERATED}/openapi.json`, document);
  await writeFile(`${GENERATED}/orval.config.cjs`, ORVAL_CONFIG);
  for (const command of GENERATORS) {
    const { succeeded, output } = await run(command);
    if (!succeeded) throw new Error(`${command}\n${output}`);
  }
}

/** The compiler of the workspace, strict. */
export function compileClients(): Promise<Run> {
  return run('tsc -p drivers', HERE);
}
