import type { Logger } from 'pino';
import { StartFailure } from '../config/start-failure.js';
import type { TlsSettings } from '../config/tls-settings.js';
import { isReadByEverybody, type PemFiles, readPemFiles } from './pem-files.js';
import { readCertificate, type ServerCertificate } from './server-certificate.js';
import type { TlsServers } from './tls-servers.js';

const CHECK_EVERY_MS = 5_000;
const DAY = 24 * 60 * 60 * 1000;

/** What a look at the files found. Two looks with the same text found the same. */
interface Look {
  readonly text: string;
  readonly found: PemFiles | StartFailure;
}

/**
 * Serves what stands in the certificate's files, also after they change: by content, so that it does not matter how they are
 * replaced. What two looks in a row find the same is taken: files that are still being written are left alone. What cannot be
 * served changes nothing; a line in the log says why, once.
 */
export class CertificateRenewal {
  readonly #settings: TlsSettings;
  readonly #servers: TlsServers;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #now: () => number;
  #last: Look;
  #judged: string;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | null = null;

  /** `now`: ms since 1970. */
  constructor(
    settings: TlsSettings,
    servers: TlsServers,
    logger: Pick<Logger, 'info' | 'warn'>,
    now: () => number = Date.now,
  ) {
    this.#settings = settings;
    this.#servers = servers;
    this.#logger = logger;
    this.#now = now;
    this.#last = lookOf(servers.certificate.files);
    this.#judged = this.#last.text;
  }

  /** Looks at the files every few seconds from now on. */
  async start(): Promise<void> {
    await this.#warnOfOpenKey();
    this.#warnOfTime();
    this.#timer = setInterval(() => void this.check(), CHECK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look. A disk that hangs is not asked twice at a time. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const look = await lookAt(this.#settings);
    const isSettled = look.text === this.#last.text;
    this.#last = look;
    if (isSettled && look.text !== this.#judged) await this.#judge(look);
    this.#warnOfTime();
  }

  async #judge({ text, found }: Look): Promise<void> {
    this.#judged = text;
    try {
      if (found instanceof StartFailure) throw found;
      this.#use(readCertificate(found, this.#settings));
      await this.#warnOfOpenKey();
    } catch (error) {
      // Of whatever kind: a running server does not end because of a file.
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn({ reason }, 'The changed TLS files are not used. The earlier ones stay.');
    }
  }

  #use(certificate: ServerCertificate): void {
    this.#servers.use(certificate);
    this.#warnedAt = Number.NEGATIVE_INFINITY;
    const { fingerprint, validTo } = certificate;
    this.#logger.info({ fingerprint, validTo }, 'The changed TLS files are used from now on.');
  }

  async #warnOfOpenKey(): Promise<void> {
    if (!(await isReadByEverybody(this.#settings).catch(() => false))) return;
    const file = this.#settings.keyFile;
    this.#logger.warn({ file }, 'Every user of this machine can read the TLS key: chmod o-r');
  }

  /** Once a day while it lasts. */
  #warnOfTime(): void {
    const { validFrom, validTo } = this.#servers.certificate;
    const now = this.#now();
    if (now >= validFrom.getTime() && now <= validTo.getTime()) return;
    if (now - this.#warnedAt < DAY) return;
    this.#warnedAt = now;
    const what = now > validTo.getTime() ? 'has expired' : 'is not valid yet';
    this.#logger.warn({ validFrom, validTo }, `The TLS certificate ${what}. Clients refuse it.`);
  }
}

async function lookAt(settings: TlsSettings): Promise<Look> {
  try {
    return lookOf(await readPemFiles(settings));
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    return { text: error.message, found: error };
  }
}

function lookOf(files: PemFiles): Look {
  return { text: JSON.stringify(files), found: files };
}
