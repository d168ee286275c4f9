import { plainText } from '../../client/plain-text.ts';
import { summarizeTimeline } from '../../timeline/summary.ts';
import { projectViewId } from '../command-names.ts';
import type { CommandCall, CommandContext } from './command-context.ts';
import { commands } from 'vscode';

/** The timeline for programs; times in ms. */
export interface TracksResult {
  readonly summary: string;
  readonly tracks: readonly {
    /** Counted from 1. */
    readonly index: number;
    readonly type: string;
    readonly title: string;
    readonly clips: readonly { readonly title: string; readonly start: number; readonly duration: number }[];
  }[];
}

/** `nemo.showTracks` → `{summary, tracks}`, read anew; for a person the tree comes to the front. */
export async function showTracks({ chats }: CommandContext, { mayAsk }: CommandCall): Promise<TracksResult> {
  const chat = await chats.chat();
  if (mayAsk) await commands.executeCommand(`${projectViewId}.focus`);
  await chat.timeline.refresh();
  const { timeline } = chat.state;
  return {
    summary: plainText(summarizeTimeline(timeline)),
    tracks: timeline.tracks.map(({ index, kind, title, clips }) => ({
      index,
      type: kind,
      title: plainText(title),
      clips: clips.map((clip) => ({ title: plainText(clip.title), start: clip.startMs, duration: clip.durationMs })),
    })),
  };
}
