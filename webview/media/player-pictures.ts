import type { VideoSample, VideoSampleSink } from 'mediabunny';

/** A decoding for a picture that is no longer wanted may run so long before it is given up, in ms. */
const seekPatienceMs = 120;
/** No picture is drawn with more px than this on its longer side: the player is no cinema. */
const mostPicturePx = 1_920;

/** Draws a player's pictures, those of a moment that is asked for and those that play. Times are seconds of the file. */
export class PlayerPictures {
  readonly #canvas: HTMLCanvasElement;
  readonly #onFault: (error: unknown) => void;
  /** The picture on the canvas. */
  #shown: { readonly timestamp: number; readonly duration: number } | undefined;
  #wanted: number | undefined;
  #showing: { readonly sinceMs: number; readonly samples: AsyncGenerator<VideoSample, void, unknown> } | undefined;

  /** @param onFault is called where a picture cannot be decoded. */
  constructor(canvas: HTMLCanvasElement, onFault: (error: unknown) => void) {
    this.#canvas = canvas;
    this.#onFault = onFault;
  }

  /** The picture on the canvas; undefined before the first one. */
  get shown(): { readonly timestamp: number; readonly duration: number } | undefined {
    return this.#shown;
  }

  /** Whether the picture on the canvas is that of a moment. */
  isShown(seconds: number): boolean {
    const shown = this.#shown;
    return shown !== undefined && seconds >= shown.timestamp && seconds < shown.timestamp + shown.duration;
  }

  /** Shows the picture at a moment; of moments that come faster than pictures, the last one. */
  show(sink: VideoSampleSink, seconds: number): void {
    this.#wanted = seconds;
    const showing = this.#showing;
    if (!showing) void this.#showWanted(sink);
    // Otherwise a hand that goes on dragging would never see a picture.
    else if (performance.now() - showing.sinceMs > seekPatienceMs) void showing.samples.return().catch(ignore);
  }

  /** Nothing is wanted any more. */
  end(): void {
    this.#wanted = undefined;
    void this.#showing?.samples.return().catch(ignore);
    this.#showing = undefined;
  }

  draw(sample: VideoSample): void {
    const canvas = this.#canvas;
    const { displayWidth, displayHeight, timestamp, duration } = sample;
    const scale = Math.min(1, mostPicturePx / Math.max(displayWidth, displayHeight));
    const width = Math.round(displayWidth * scale);
    const height = Math.round(displayHeight * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (context) sample.draw(context, 0, 0, width, height);
    this.#shown = { timestamp, duration };
  }

  async #showWanted(sink: VideoSampleSink): Promise<void> {
    while (this.#wanted !== undefined) {
      const samples = sink.samples(this.#wanted);
      this.#wanted = undefined;
      const showing = { sinceMs: performance.now(), samples };
      this.#showing = showing;
      try {
        const { value } = await samples.next();
        if (value) {
          if (this.#showing === showing) this.draw(value);
          value.close();
        }
        await samples.return();
      } catch (error) {
        this.#onFault(error);
        return;
      }
      if (this.#showing !== showing) return;
      this.#showing = undefined;
    }
  }
}

function ignore(): void {
  // What it belonged to is over.
}
