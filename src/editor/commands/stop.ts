import type { CommandContext } from './command-context.ts';

/**
 * `nemo.stop` → `{stopped}`: stops the turn that runs in the shown session, or what is still awaited of its last answer.
 * Messages that wait behind that turn are held.
 */
export async function stop({ chats }: CommandContext): Promise<{ readonly stopped: boolean }> {
  const chat = await chats.chat();
  const stopped = chat.busy || chat.isFollowing;
  chat.stop();
  return { stopped };
}
