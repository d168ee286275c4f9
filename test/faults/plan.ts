import type { FaultCase, KillCase } from './fault-cases.ts';

/** What one start of an extension host is to do, as the runner writes it down for the host. */
export interface Plan {
  /** Where outcomes go, one JSON object a line. */
  readonly report: string;
  /** Gets what went wrong with the suite itself. */
  readonly errors: string;
  /** Gets the process id of the extension host. */
  readonly pidFile: string;
  /** The clip that is uploaded. */
  readonly clip: string;
  /** Each job exports into a folder of its own here. */
  readonly exports: string;
  /** Number of the first case: folders are named by it. */
  readonly firstNumber: number;
  /** A job that the host before this one was killed in; it is picked up first. */
  readonly pickUp?: PickUp;
  /** Jobs to be done with a fault in their way. */
  readonly cases: readonly FaultCase[];
  /** A job to be killed in, last. */
  readonly kill?: { readonly case: KillCase; readonly number: number };
}

/** What is known of a job whose host was killed. */
export interface PickUp {
  readonly case: KillCase;
  readonly number: number;
  readonly marks: Marks;
  /** The job's session, where it had one. */
  readonly sessionId?: string;
}

/** How much the sandbox had seen when a job began. */
export interface Marks {
  readonly requests: number;
  readonly messages: number;
  readonly renders: number;
}

/** What came of one case. */
export interface Outcome {
  readonly name: string;
  /** Whether the fault struck at all, or the host was killed. */
  readonly struck: boolean;
  /** What was lost, in words; empty where nothing was. */
  readonly problems: readonly string[];
  /** What the user was told on the way: the codes of the errors. */
  readonly told: readonly string[];
  readonly ms: number;
}
