import { existsSync } from 'node:fs';

/** Only these two: the arguments that come with the package switch web security off. */
const args = ['--no-sandbox', '--disable-dev-shm-usage'];

/** How to launch Chromium: the one at `CHROMIUM_PATH`, or the one from npm, unpacked once per machine. */
export async function chromiumLaunch(): Promise<{ executablePath: string; args: string[] }> {
  return { executablePath: await executablePath(), args };
}

async function executablePath(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH: no such file: ${given}`);
    return given;
  }
  // Without it the package leaves out the libraries that a bare system lacks.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

const DEBIAN = '/usr/bin/chromium';

/** Chromium with all of its parts, such as the password manager, which the one from npm lacks. Null: it is not installed. */
export function wholeChromiumLaunch() {
  if (!existsSync(DEBIAN)) return null;
  return {
    executablePath: DEBIAN,
    args: [...args, '--headless=new'],
    ignoreDefaultArgs: ['--headless'],
  };
}
