import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Tells when an element of a component has another size; the element may come, go and be replaced. */
export class WatchedSize implements ReactiveController {
  readonly #element: () => Element | undefined;
  readonly #onResized: () => void;
  #observer: ResizeObserver | undefined;
  #watched: Element | undefined;

  constructor(host: ReactiveControllerHost, element: () => Element | undefined, onResized: () => void) {
    this.#element = element;
    this.#onResized = onResized;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer = new ResizeObserver(this.#onResized);
  }

  hostUpdated(): void {
    const element = this.#element();
    if (element === this.#watched) return;
    this.#observer?.disconnect();
    if (element) this.#observer?.observe(element);
    this.#watched = element;
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#watched = undefined;
  }
}
