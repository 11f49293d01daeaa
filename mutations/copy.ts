import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutation.js';
import { readText, root } from './root.js';

/** A copy of the working tree, with the changes that are not committed, in which mutations are tried. */
export class TreeCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'keystamp-mutations-'));

  constructor() {
    for (const path of listFiles()) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      copyFileSync(join(root, path), join(this.folder, path));
    }
    for (const workspace of ['', 'clients', 'consumers', 'bench', 'e2e'])
      linkPackages(workspace, this.folder);
  }

  apply({ file, replace, by }: Mutation): void {
    // A function: in a text, `$` would mean something.
    this.#write(
      file,
      (readText(file) as string).replace(replace, () => by),
    );
  }

  restore({ file }: Mutation): void {
    this.#write(file, readText(file) as string);
  }

  /** Builds the program of the copy. A mutation may leave a name unused: what the compiler says of it does not count. */
  build(): void {
    const tsc = join(this.folder, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-b', 'packages/core', 'packages/server'];
    spawnSync(process.execPath, args, { cwd: this.folder });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
    if (!file.endsWith('.sql')) return;
    execFileSync(process.execPath, ['scripts/write-migrations.mjs'], { cwd: this.folder });
  }
}

function listFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Links each installed package, so that nothing is installed again. The workspaces are linked to the copy itself. */
function linkPackages(workspace: string, folder: string, scope = ''): void {
  const path = join(workspace, 'node_modules', scope);
  if (!existsSync(join(root, path))) return;
  mkdirSync(join(folder, path), { recursive: true });
  for (const name of readdirSync(join(root, path))) {
    const from = join(root, path, name);
    const to = join(folder, path, name);
    if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to, 'junction');
    else if (name.startsWith('@')) linkPackages(workspace, folder, name);
    else if (!name.startsWith('.')) symlinkSync(from, to, 'junction');
  }
}
