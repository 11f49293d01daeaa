import { join } from 'node:path';
import { writeIn } from '../proxy.js';
import { runHere } from './run.js';

/** A folder with the bare repository `shop.git`, which has one commit with a file. Gives the folder. */
export function makeRepository(home: string): string {
  const root = join(home, 'repositories');
  const work = join(home, 'first');
  const git = (...args: string[]) => runHere(home, 'git', args);
  git('init', '--quiet', '--initial-branch=main', work);
  writeIn(work, 'price.txt', 'one\n');
  git('-C', work, 'add', '.');
  git('-C', work, ...AUTHOR, 'commit', '--quiet', '-m', 'First');
  git('clone', '--quiet', '--bare', work, join(root, 'shop.git'));
  return root;
}

/** Git asks for a name before it commits. */
export const AUTHOR = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com'];
