import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isInstalled } from './installed.js';
import { build, faultsOf, type Manifest } from './manifests.js';

interface Container {
  readonly image: string;
  readonly env: { readonly name: string; readonly value: string }[];
  readonly securityContext: object;
  readonly volumeMounts: { readonly name: string; readonly mountPath: string }[];
}

interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly securityContext: object;
        readonly containers: Container[];
        readonly volumes: { readonly name: string; readonly secret: { secretName: string } }[];
      };
    };
  };
}

const deploy = fileURLToPath(new URL('../../../../deploy/', import.meta.url));
const read = (path: string) => readFileSync(join(deploy, path), 'utf8');
const hasKubectl = isInstalled('kubectl', 'version', '--client');

describe('deploy/Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  it('is well formed', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate('FROM node\nHEALTHCHECK --intervall=1s CMD true\n')).toHaveLength(1);
  });

  it('ends in an image whose program is not root, and gets its signals', () => {
    const [, last = ''] = dockerfile.split(/^FROM (?!.* AS )/m);
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(last).toMatch(/^ENTRYPOINT \[/m);
    expect(last).not.toMatch(/^(ADD|RUN npm)/m);
  });
});

describe('deploy/compose.yaml', () => {
  it('keeps to the schema of Compose', () => {
    const require = createRequire(import.meta.url);
    const path =
      'schemas/json/raw.githubusercontent.com/compose-spec/compose-spec/master/schema/compose-spec.json';
    const file = join(require.resolve('schemastore/package.json'), '..', path);
    // It is written in the words of two drafts; those that count here mean the same in both.
    const { $schema: _draft, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const isCompose = ajv.removeKeyword('id').compile(schema);
    const compose = parse(read('compose.yaml'), { merge: true });
    isCompose(compose);
    expect(isCompose.errors).toBeNull();
    const { keystamp } = compose.services;
    expect(isCompose({ services: { keystamp: { ...keystamp, read_onyl: true } } })).toBe(false);
    expect(keystamp).toMatchObject({ image: 'keystamp', read_only: true, cap_drop: ['ALL'] });
    for (const name of Object.keys(compose.services).flatMap(
      (each) => compose.services[each].secrets,
    )) {
      expect(Object.keys(compose.secrets)).toContain(name);
    }
  });
});

describe.skipIf(!hasKubectl)('deploy/kubernetes', () => {
  let folder: string;
  let manifests: Manifest[];
  const named = (kind: string, name: string) =>
    manifests.find((each) => each.kind === kind && each.metadata.name === name);
  const workloads = () =>
    [named('Deployment', 'keystamp'), named('Job', 'keystamp-migrate')] as Workload[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keystamp-kubernetes-'));
    cpSync(join(deploy, 'kubernetes'), folder, { recursive: true });
    mkdirSync(join(folder, 'example/secrets'), { recursive: true });
    for (const name of ['database-url', 'owner-database-url']) {
      writeFileSync(join(folder, 'example/secrets', name), `postgres://${name}.example.com/keys`);
    }
    // The Kustomize of Debian's kubectl knows a base by this older word alone; newer ones know both.
    const overlay = join(folder, 'example/kustomization.yaml');
    const text = readFileSync(overlay, 'utf8');
    writeFileSync(overlay, text.replace('resources:\n  - ../base', 'bases:\n  - ../base'));
    manifests = build(join(folder, 'example'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('the base and the example keep to the schemas of Kubernetes', async () => {
    expect(await faultsOf([...build(join(folder, 'base')), ...manifests])).toEqual([]);
    const wrong = structuredClone(named('Deployment', 'keystamp')) as Workload;
    Object.assign(wrong.spec.template.spec, { containers: [{ name: 'a', readinesProbe: {} }] });
    Object.assign(wrong.spec, { replicas: 'two' });
    const faults = (await faultsOf([wrong])).join('\n');
    expect(faults).toContain('replicas');
    expect(faults).toContain('readinesProbe');
  });

  it('has all of a service that survives a node', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Secret',
      'Secret',
      'Service',
      'Service',
      'ServiceAccount',
    ]);
    expect(workloads()[0]?.spec.replicas).toBe(2);
    const [keystamp] = workloads()[0]?.spec.template.spec.containers ?? [];
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(keystamp).toHaveProperty(`${probe}.httpGet.path`);
    }
  });

  it('nothing of it is root, writes to its image, or has a right of the system', () => {
    for (const { spec } of workloads()) {
      const pod = spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(pod.containers.map(({ securityContext }) => securityContext)).toEqual([
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      ]);
    }
  });

  it('selects its own pods, and reads the secrets where they are mounted', () => {
    const [server, job] = workloads().map(({ spec }) => spec.template);
    const service = named('Service', 'keystamp') as Manifest & {
      spec: { selector: Record<string, string> };
    };
    expect(server?.metadata.labels).toMatchObject(service.spec.selector);
    expect(job?.metadata.labels).not.toMatchObject(service.spec.selector);
    for (const template of [server, job]) {
      const [container] = template?.spec.containers ?? [];
      const [mount] = container?.volumeMounts ?? [];
      const [volume] = template?.spec.volumes ?? [];
      expect(container?.env).toEqual([
        { name: 'DATABASE_URL_FILE', value: `${mount?.mountPath}/database-url` },
      ]);
      expect(container?.image).toBe('registry.example.com/keystamp:0.1.0');
      expect(volume?.name).toBe(mount?.name);
      const secret = named('Secret', volume?.secret.secretName ?? '');
      expect(secret).toHaveProperty('data.database-url');
    }
  });
});
