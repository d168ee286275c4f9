import { clockText } from '../../src/timeline/clock-text.ts';
import type { TimeWindow } from './time-window.ts';

/** One mark of the ruler. */
export interface RulerTick {
  readonly atMs: number;
  /** Text of a labelled tick; undefined for the small ones in between. */
  readonly label?: string;
}

/** Steps between labels that people count in, with the number of small ticks that each is cut into. */
const steps: readonly (readonly [ms: number, parts: number])[] = [
  [1, 1],
  [2, 2],
  [5, 5],
  [10, 5],
  [20, 4],
  [50, 5],
  [100, 5],
  [200, 4],
  [500, 5],
  [1_000, 5],
  [2_000, 4],
  [5_000, 5],
  [10_000, 5],
  [15_000, 3],
  [30_000, 6],
  [60_000, 6],
  [120_000, 4],
  [300_000, 5],
  [600_000, 5],
  [900_000, 3],
  [1_800_000, 6],
  [3_600_000, 6],
  [7_200_000, 4],
  [10_800_000, 3],
  [21_600_000, 6],
  [43_200_000, 4],
  [86_400_000, 4],
];

/** Above the table: whole days. */
const dayMs = 86_400_000;

/**
 * The ticks of a ruler, from the left edge to the right one.
 * @param room least distance in px from a label to the next one.
 */
export function rulerTicks(window: TimeWindow, widthPx: number, room: (label: string) => number): RulerTick[] {
  const end = window.startMs + widthPx * window.msPerPx;
  const [step, parts] = chooseStep((stepMs) => window.msPerPx * room(rulerLabel(end, stepMs)));
  const small = step / parts;
  const ticks: RulerTick[] = [];
  // Counting whole ticks keeps the marks where they are while the window moves; adding up fractions would not.
  for (let count = Math.max(0, Math.floor(window.startMs / small)); count * small <= end; count += 1) {
    const atMs = count * small;
    ticks.push(count % parts === 0 ? { atMs, label: rulerLabel(atMs, step) } : { atMs });
  }
  return ticks;
}

/** The first step whose labels have room; a finer step has longer ones. */
function chooseStep(leastMs: (stepMs: number) => number): readonly [ms: number, parts: number] {
  const found = steps.find(([ms]) => ms >= leastMs(ms));
  return found ?? [Math.ceil(leastMs(dayMs) / dayMs) * dayMs, 4];
}

/** `0:05`, `1:02:30`, and as many digits behind the second as the step needs. */
export function rulerLabel(atMs: number, stepMs: number): string {
  const digits = stepMs >= 1_000 ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3;
  return clockText(atMs, digits);
}
