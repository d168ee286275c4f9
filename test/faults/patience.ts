import { setTimeout as delay } from 'node:timers/promises';

import { sandbox } from '../host/sandbox-control.ts';
import { toldProblems, type Told } from './aftermath.ts';

/** How often a person does again what failed before they give up. */
export const mostTries = 4;
/** What takes longer than this has hung, in ms. */
const hungAfterMs = 60_000;
const lookAgainMs = 20;
/** How long the service is away at the longest, in ms, and more. */
const outageMs = 20_000;

/** The job cannot be brought to its end; what stood in the way has been noted. */
export class GaveUp extends Error {}

/** Waits, hears what errors say, and tries again; what should not be is noted. */
export class Patience {
  /** What was lost, or said badly, so far. */
  readonly problems: string[] = [];
  /** Codes of the errors that were told so far. */
  readonly told: string[] = [];
  readonly #afterFailure: () => Promise<unknown>;

  /** `afterFailure` is called after a failure, before anything is tried again. */
  constructor(afterFailure: () => Promise<unknown>) {
    this.#afterFailure = afterFailure;
  }

  /** Does something until it works. @throws GaveUp */
  async until<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let tries = 0; tries < mostTries; tries++) {
      try {
        return await this.limited(what, work());
      } catch (error) {
        this.hear(what, error);
        await this.mend();
      }
    }
    return this.giveUp(what);
  }

  /** An error must be one kind sentence with a way on. @throws GaveUp where it is none of ours. */
  hear(what: string, error: unknown): Told {
    if (error instanceof GaveUp) throw error;
    const { code, message, steps } = error as Partial<Told>;
    if (code === undefined || message === undefined || steps === undefined) {
      this.problems.push(
        `${what} failed with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      throw new GaveUp();
    }
    this.told.push(code);
    this.problems.push(...toldProblems({ code, message, steps }).map((problem) => `${what}: ${problem}`));
    return { code, message, steps };
  }

  giveUp(what: string): never {
    this.problems.push(`${what} did not work, however often it was tried: ${this.told.join(', ')}`);
    throw new GaveUp();
  }

  /** What hangs is given up. @throws GaveUp; what `work` throws. */
  async limited<T>(what: string, work: Promise<T>): Promise<T> {
    const enough = new AbortController();
    const hung = delay(hungAfterMs, undefined, { signal: enough.signal }).then(() => {
      this.problems.push(`${what} hung`);
      throw new GaveUp();
    });
    hung.catch(() => undefined);
    try {
      return await Promise.race([work, hung]);
    } finally {
      enough.abort();
    }
  }

  /** Looks again and again until something is so. @throws GaveUp */
  async wait(what: string, condition: () => Promise<boolean>): Promise<void> {
    let over = false;
    const looking = async () => {
      while (!over && !(await condition())) await delay(lookAgainMs);
    };
    try {
      await this.limited(what, looking());
    } finally {
      over = true;
    }
  }

  /** Does what ends the trouble, and waits until the service can be reached. */
  async mend(): Promise<void> {
    await this.untilReachable(this.#afterFailure);
    await this.untilReachable(() => sandbox.counts());
  }

  /** Asks the sandbox, which may not be there for a moment. */
  async untilReachable<T>(ask: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + outageMs;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof TypeError) || Date.now() > deadline) throw error;
        await delay(lookAgainMs);
      }
    }
  }
}
