import { clampWindow, fitWindow } from './time-window.ts';
import type { Viewport } from './viewport.ts';

/** A press on the overview brings that time into the middle, and follows the pointer. */
export function pressOverview(down: PointerEvent, viewport: Viewport): void {
  const bar = down.currentTarget as HTMLElement;
  bar.setPointerCapture(down.pointerId);
  const box = bar.getBoundingClientRect();
  const whole = fitWindow({ widthPx: box.width, durationMs: viewport.extent.durationMs });
  const shownMs = viewport.window.msPerPx * viewport.widthPx;
  const go = (event: PointerEvent) => {
    const middle = (event.clientX - box.left) * whole.msPerPx;
    const { msPerPx } = viewport.window;
    viewport.show(clampWindow({ startMs: middle - shownMs / 2, msPerPx }, viewport.extent));
  };
  const onUp = () => {
    bar.removeEventListener('pointermove', go);
    bar.removeEventListener('pointerup', onUp);
    bar.removeEventListener('pointercancel', onUp);
  };
  bar.addEventListener('pointermove', go);
  bar.addEventListener('pointerup', onUp);
  bar.addEventListener('pointercancel', onUp);
  go(down);
}
