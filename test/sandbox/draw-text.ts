import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFont, needsChinese } from './find-font.ts';
import type { MediaWorkshop } from './media-workshop.ts';

/** A text to be drawn into a picture. */
export interface DrawnText {
  readonly text: string;
  /** Seconds; undefined: always. */
  readonly from?: number;
  readonly to?: number;
  readonly place: 'top' | 'centre' | 'bottom';
  /** Px, height of the letters. */
  readonly size: number;
  /** Px, of the picture. */
  readonly pictureWidth: number;
  readonly box: boolean;
}

/**
 * The `drawtext` filter for a text, or a note that says why it cannot be drawn. The text goes through a file in
 * `folder`, so that nothing in it is taken for a filter's own signs.
 */
export async function drawTextFilter(
  workshop: MediaWorkshop,
  folder: string,
  name: string,
  drawn: DrawnText,
): Promise<{ filter?: string; note?: string }> {
  const short = drawn.text.slice(0, 40);
  if (!(await workshop.filters()).has('drawtext')) return { note: `«${short}» left out: this ffmpeg draws no text` };
  const font = await findFont(drawn.text);
  if (font === undefined) return { note: `«${short}» left out: this machine has no font` };
  const path = join(folder, `${name}.txt`);
  await writeFile(path, wrap(drawn.text, drawn.pictureWidth, drawn.size));
  const y = { top: 'h*0.12', centre: '(h-text_h)/2', bottom: 'h*0.92-text_h' }[drawn.place];
  const when =
    drawn.from === undefined || drawn.to === undefined
      ? ''
      : `:enable='between(t,${drawn.from.toFixed(3)},${drawn.to.toFixed(3)})'`;
  const box = drawn.box ? `:box=1:boxcolor=black@0.55:boxborderw=${Math.max(4, Math.round(drawn.size / 4))}` : '';
  const shadow = drawn.box ? '' : ':shadowcolor=black@0.6:shadowx=2:shadowy=2';
  return {
    filter:
      `drawtext=fontfile=${escapePath(font.path)}:textfile=${escapePath(path)}:expansion=none:fontcolor=white` +
      `:fontsize=${drawn.size}:line_spacing=${Math.round(drawn.size / 4)}:x=(w-text_w)/2:y=${y}${shadow}${box}${when}`,
    ...(needsChinese(drawn.text) && !font.chinese
      ? { note: `«${short}» drawn without its Chinese characters: this machine has no such font` }
      : {}),
  };
}

/** A path within a filter graph: two levels of escaping. */
function escapePath(path: string): string {
  return path.replaceAll('\\', '/').replace(/[:' ,;[\]]/g, (sign) => `\\\\\\${sign}`);
}

/** Breaks a text into lines that fit: a Latin letter is about half as wide as high, a Chinese one as wide. */
function wrap(text: string, pictureWidth: number, size: number): string {
  const room = (pictureWidth * 0.9) / size;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let used = 0;
    for (const word of paragraph.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
      const width = needsChinese(word) ? word.length : word.length * 0.56;
      if (used > 0 && used + width > room) {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
      }
      line += word;
      used += width;
    }
    lines.push(line.trimEnd());
  }
  return lines.join('\n');
}
