import type { Timeline, TimelineChange } from './timeline-model.ts';

export function compareTimelines(before: Timeline, after: Timeline): TimelineChange[] {
  return before === after ? [] : [];
}
