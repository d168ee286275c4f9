import { asNemoError } from './as-nemo-error.ts';
import type { CommandContext } from './commands/command-context.ts';
import { isOver, occupiesSession, type RenderJob } from './render-job.ts';

/** What works in the name of an account. */
export type AccountWork = Pick<CommandContext, 'connection' | 'chats' | 'jobs' | 'media'>;

/** Exports of the service in use that are not over. */
export function exportsUnderWay({ connection, jobs }: Pick<AccountWork, 'connection' | 'jobs'>): readonly RenderJob[] {
  return jobs.list().filter((job) => job.origin === connection.origin && !isOver(job));
}

/** Exports that end with the account; what is rendered already is downloaded whoever is here. */
export function exportsOfAccount(work: Pick<AccountWork, 'connection' | 'jobs'>): readonly RenderJob[] {
  return exportsUnderWay(work).filter(occupiesSession);
}

/**
 * Signs in with a token, without a question. The service is asked first; where it takes the token, work under way for the
 * account before is stopped.
 * @throws NemoError what {@link CommandContext.connection} says, and what could not be stopped or removed.
 */
export async function switchAccount(work: AccountWork, token: string): Promise<void> {
  const { connection, chats, jobs, media } = work;
  const failures: unknown[] = [];
  const tried = (deed: Promise<unknown>) => deed.catch((error: unknown) => failures.push(error));
  // The exports before belong to somebody else: the service stops them for that one alone.
  const stopExports = async () => {
    await Promise.all(exportsOfAccount(work).map(({ id }) => tried(jobs.cancel(id))));
  };
  await connection.signIn(token, stopExports);
  // And so do the session and its media.
  await tried(chats.startOver());
  await tried(media.forgetFetched());
  if (failures.length > 0) throw asNemoError(failures[0]);
}

/**
 * Signs out, without a question: stops what is under way, closes the chats, forgets every token and what was fetched.
 * @throws NemoError what could not be stopped or removed; the rest is done all the same.
 */
export async function leaveAccount(work: AccountWork): Promise<void> {
  const { connection, chats, jobs, media } = work;
  const failures: unknown[] = [];
  // Whatever stands in the way of one: who signs out is not left with a token here.
  for (const deed of [
    ...exportsUnderWay(work).map((job) => () => jobs.cancel(job.id)),
    () => chats.startOver(),
    () => connection.signOut(),
    () => media.forgetFetched(),
  ]) {
    await deed().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw asNemoError(failures[0]);
}
