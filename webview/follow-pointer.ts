/** What is done with a pointer that is held down. */
export interface HeldPointer {
  readonly onMove: (event: PointerEvent) => void;
  /** Gets the last event; undefined where something else took over. */
  readonly onEnd?: (event: PointerEvent | undefined) => void;
}

/**
 * Follows one pointer from its press to its end, also outside of the element.
 * @returns ends it at once.
 */
export function followPointer(
  element: HTMLElement,
  { pointerId }: PointerEvent,
  { onMove, onEnd }: HeldPointer,
): () => void {
  element.setPointerCapture(pointerId);
  const move = (event: PointerEvent) => {
    if (event.pointerId === pointerId) onMove(event);
  };
  const end = (event: PointerEvent | undefined) => {
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    onEnd?.(event);
  };
  const up = (event: PointerEvent) => {
    if (event.pointerId === pointerId) end(event);
  };
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  return () => end(undefined);
}
