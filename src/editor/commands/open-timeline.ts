import type { CommandContext } from './command-context.ts';

/** `nemo.openTimeline`: shows the timeline in an editor tab. */
export function openTimeline({ timeline }: CommandContext): Promise<undefined> {
  timeline.open();
  return Promise.resolve(undefined);
}
