import type { CommandContext } from './command-context.ts';

/** `nemo.refresh` → `{tracks}`, how many there are: reads timeline and credits anew. */
export async function refresh({ chats, connection }: CommandContext): Promise<{ readonly tracks: number }> {
  const chat = await chats.chat();
  await Promise.all([chat.timeline.refresh(), connection.readCredits()]);
  return { tracks: chat.state.timeline.tracks.length };
}
