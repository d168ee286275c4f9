/** Looks, when a job is done, whether everything is as it should be. */
import { isIdle, pageProblems, storageProblems, videoProblems } from './aftermath.ts';
import type { Person } from './person.ts';

export interface FinalLook {
  /** Tells what the page shows. */
  readonly pageUrl: string;
  /** Types into the page too. */
  readonly types: boolean;
  /** Folders in which the extension keeps its own files. */
  readonly storages: readonly string[];
}

/** Of one who made a video. */
export async function lookAtEverything(person: Person, look: FinalLook): Promise<void> {
  await lookAtWindow(person, look);
  const { tracks } = await person.tracks();
  const isLost = await person.memory.hasBegunAnew();
  const endMs = isLost
    ? person.lengthMs
    : Math.max(0, ...tracks.flatMap(({ clips }) => clips.map(({ start, duration }) => start + duration)));
  person.problems.push(...(await videoProblems(person.target.fsPath, await person.renders(), endMs)));
  if (!isLost && !(await person.hasEdit())) person.problems.push('the edit is not on the timeline');
  person.problems.push(...(await storageProblems(look.storages)));
}

/** What was read is there, each message came once, nothing goes on, and the page shows that and can be used. */
export async function lookAtWindow(person: Person, { pageUrl, types }: FinalLook): Promise<void> {
  await person.checkChat();
  const chat = await person.chat();
  if (!isIdle(chat)) {
    const open = [...chat.messages.map(({ state }) => state), ...chat.transfers.map(({ phase }) => phase)];
    person.problems.push(`something still goes on: ${chat.connection.kind}, ${open.join(', ')}`);
  }
  await person.askCredits();
  const { messages } = await person.chat();
  person.problems.push(...(await pageProblems(pageUrl, { messages: messages.length, typing: types })));
}
