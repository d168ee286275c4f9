/** How the runner and the extension hosts leave word for each other. */
import { join } from 'node:path';

/** The plan of the window that a workspace is open in. */
export function planPath(laneFolder: string, workspace: string): string {
  return join(laneFolder, `${workspace}.plan.json`);
}

/** Files beside that with the process id. */
export interface WindowPlaces {
  /** How much the sandbox had seen when the job began. */
  readonly marks: string;
  /** The service's name of the job's session. */
  readonly session: string;
  /** There as soon as the second window could chat. */
  readonly ready: string;
  /** There when the work that is to be killed may begin. For a second window it holds the first one's session. */
  readonly go: string;
}

export function placesOf(pidFile: string): WindowPlaces {
  const beside = (name: string) => `${pidFile}.${name}`;
  return { marks: beside('marks'), session: beside('session'), ready: beside('ready'), go: beside('go') };
}
