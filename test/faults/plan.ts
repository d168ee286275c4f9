import type { KillCase } from './kill-cases.ts';

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
  /** Holds what the extension keeps for itself. */
  readonly storage: string;
  /** Holds what the extension keeps for each workspace, among other extensions' and the editor's own. */
  readonly workspaces: string;
  /** Takes an {@link Expected} and answers with the {@link Seen} of the page that is drawn. */
  readonly pageUrl: string;
  /** The second window of an editor works beside the first, which alone tells the sandbox how to be. */
  readonly isSecond: boolean;
  /** Number of the first case: folders are named by it. */
  readonly firstNumber: number;
  /** A job that the host before this one was killed in; it is picked up first. */
  readonly pickUp?: PickUp;
  /** Hands out jobs to be done with a fault in their way, until there are no more. */
  readonly casesUrl?: string;
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

/** What the drawn page should show, once all is over. */
export interface Expected {
  /** How many messages the chat has, notices among them. */
  readonly messages: number;
  /** Something is typed into the composer too. */
  readonly typing: boolean;
}

/** What is wrong with the drawn page, in words. */
export interface Seen {
  readonly problems: readonly string[];
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
  /** Told by one of two windows; the other one tells the rest under the same name. */
  readonly ofTwo?: true;
}
