import type { Keystamp, SweepPolicy } from 'keystamp';
import type { Logger } from 'pino';
import { writeAudit } from '../audit/audit.js';
import type { PolicySettings } from '../config/policy-settings.js';
import { claimPolicyRun } from '../sql/claim-policy-run.js';
import { endPolicyRun } from '../sql/end-policy-run.js';

const FIRST_AFTER_MS = 60_000;
/** The database says whether the day is over: a run that failed is tried again, and no restart runs it twice. */
const EVERY_MS = 10 * 60_000;

export interface DailyPolicyOptions {
  readonly keystamp: Keystamp;
  readonly settings: PolicySettings;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Stops unused keys once a day, on one instance of all that share a database. */
export class DailyPolicy {
  readonly #options: DailyPolicyOptions;
  readonly #policy: SweepPolicy;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: DailyPolicyOptions) {
    const { disableUnused, revokeDisabled } = options.settings;
    this.#options = options;
    this.#policy = {
      ...(disableUnused === null ? {} : { disableUnused }),
      ...(revokeDisabled === null ? {} : { revokeDisabled }),
      actor: { kind: 'policy' },
    };
  }

  /** Does nothing where the policy is off. */
  start(): void {
    const { disableUnused, revokeDisabled } = this.#options.settings;
    if (disableUnused !== null || revokeDisabled !== null) this.#wait(FIRST_AFTER_MS);
  }

  /** Begins no run any more. Resolves when the present one is over; it ends early once Keystamp is closed. */
  close(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer ?? undefined);
    return this.#running;
  }

  /** Runs the policy unless it ran within a day, here or elsewhere. Never rejects. */
  async runIfDue(): Promise<void> {
    const { keystamp, logger, settings } = this.#options;
    try {
      const beganAt = await claimPolicyRun(keystamp.database);
      if (beganAt === null) return;
      const counts = await keystamp.sweep(this.#policy);
      writeAudit(logger, 'the policy for unused keys ran', {
        by: 'policy',
        ...settings,
        ...counts,
      });
      await endPolicyRun(keystamp.database, beganAt);
    } catch (error) {
      if (this.#isStopping) return;
      logger.warn(
        { err: error },
        'the policy for unused keys failed; it is tried again within hours',
      );
    }
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.runIfDue().then(() => {
        if (!this.#isStopping) this.#wait(EVERY_MS);
      });
    }, ms).unref();
  }
}
