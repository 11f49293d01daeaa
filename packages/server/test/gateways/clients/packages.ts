import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, writeIn } from '../proxy.js';
import { runHere } from './run.js';

export const PACKAGE = { name: 'orders-client', version: '1.0.0' } as const;

/** The package as pip and as npm want it. Gives the paths of the two files. */
export function makePackages(home: string): { wheel: string; tarball: string } {
  return { wheel: makeWheel(home), tarball: makeTarball(home) };
}

/** A wheel is a zip, which Python can make. Without Python there is no pip to ask for it. */
function makeWheel(home: string): string {
  const info = `orders_client-${PACKAGE.version}.dist-info`;
  mkdirSync(join(home, info));
  const about = `Metadata-Version: 2.1\nName: ${PACKAGE.name}\nVersion: ${PACKAGE.version}\n`;
  writeIn(home, `${info}/METADATA`, about);
  writeIn(home, `${info}/WHEEL`, 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  writeIn(home, `${info}/RECORD`, '');
  const wheel = `orders_client-${PACKAGE.version}-py3-none-any.whl`;
  if (findProgram('python3') !== null) {
    runHere(home, 'python3', ['-m', 'zipfile', '-c', wheel, info]);
  }
  return join(home, wheel);
}

function makeTarball(home: string): string {
  mkdirSync(join(home, 'package'));
  writeIn(home, 'package/package.json', JSON.stringify(PACKAGE));
  runHere(home, 'tar', ['-czf', 'package.tgz', 'package']);
  return join(home, 'package.tgz');
}
