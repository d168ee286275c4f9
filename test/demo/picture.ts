/** A colour as red, green and blue, 0–255 each. */
export type Colour = readonly [number, number, number];

/** A picture in memory, 24 bits a pixel, as ffmpeg's «rgb24» has it. All lengths are px. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
  }

  /** Fills the whole picture, from `top` above to `bottom` below. */
  gradient(top: Colour, bottom: Colour): void {
    for (let y = 0; y < this.height; y++) {
      const colour = mix(top, bottom, y / (this.height - 1));
      this.#row(y, 0, this.width, colour);
    }
  }

  rectangle(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = Math.round(top); y < top + height; y++) this.#row(y, left, left + width, colour);
  }

  ellipse(centreX: number, centreY: number, radiusX: number, radiusY: number, colour: Colour): void {
    for (let y = Math.ceil(centreY - radiusY); y <= centreY + radiusY; y++) {
      const half = radiusX * Math.sqrt(Math.max(0, 1 - ((y - centreY) / radiusY) ** 2));
      this.#row(y, centreX - half, centreX + half, colour);
    }
  }

  #row(y: number, from: number, to: number, [red, green, blue]: Colour): void {
    if (y < 0 || y >= this.height) return;
    const first = Math.max(0, Math.round(from));
    const last = Math.min(this.width, Math.round(to));
    const start = (y * this.width + first) * 3;
    const end = (y * this.width + last) * 3;
    for (let at = start; at < end; at += 3) {
      this.pixels[at] = red;
      this.pixels[at + 1] = green;
      this.pixels[at + 2] = blue;
    }
  }
}

/** The colour at `share` (0–1) of the way from `one` to `other`. */
export function mix(one: Colour, other: Colour, share: number): Colour {
  const channel = (index: 0 | 1 | 2) => one[index] + (other[index] - one[index]) * share;
  return [channel(0), channel(1), channel(2)];
}
