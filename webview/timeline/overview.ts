import { followPointer } from '../follow-pointer.ts';
import { clampWindow, fitWindow } from './time-window.ts';
import type { Viewport } from './viewport.ts';

/** A press on the overview brings that time into the middle, and follows the pointer. */
export function pressOverview(down: PointerEvent, viewport: Viewport): void {
  const bar = down.currentTarget as HTMLElement;
  const box = bar.getBoundingClientRect();
  const whole = fitWindow({ widthPx: box.width, durationMs: viewport.extent.durationMs });
  const shownMs = viewport.window.msPerPx * viewport.widthPx;
  const go = (event: PointerEvent) => {
    const middle = (event.clientX - box.left) * whole.msPerPx;
    const { msPerPx } = viewport.window;
    viewport.show(clampWindow({ startMs: middle - shownMs / 2, msPerPx }, viewport.extent));
  };
  followPointer(bar, down, { onMove: go });
  go(down);
}
