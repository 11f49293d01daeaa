import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** An object of Kubernetes, as far as the tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** What Kustomize makes of a folder. */
export function build(folder: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubectl kustomize: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

/**
 * What is wrong with the objects by the schemas of Kubernetes: a line each. Values are judged by the validators of the package
 * kubernetes-models; a field that Kubernetes does not know is found by its types, as `kubectl --validate=strict` would.
 */
export async function faultsOf(manifests: readonly Manifest[]): Promise<string[]> {
  const faults: string[] = [];
  for (const manifest of manifests) {
    const model = await import(moduleOf(manifest));
    try {
      new model[manifest.kind](manifest).validate();
    } catch (error) {
      faults.push(`${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`);
    }
  }
  return [...faults, ...unknownFields(manifests)];
}

function moduleOf({ apiVersion, kind }: Manifest): string {
  return `kubernetes-models/${apiVersion}/${kind}`;
}

function unknownFields(manifests: readonly Manifest[]): string[] {
  // Below the package of the tests, so that the compiler finds kubernetes-models as they do.
  const cache = join(root, 'packages/server/node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'keystamp-manifests-'));
  const lines = manifests.flatMap((manifest, i) => [
    `import type { I${manifest.kind} as I${i} } from '${moduleOf(manifest)}';`,
    `export const of${i}: I${i} = ${JSON.stringify(manifest)};`,
  ]);
  const options = { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', types: [] };
  try {
    writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['manifests.ts'] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
