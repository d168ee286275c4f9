/** A clip as the extension names it in a message: beyond doubt, by track, name and times. */
import type { ClipName } from './edit-request.ts';
import { readTime } from './read-times.ts';

/** Stands in the text in place of the reference with this number. */
export const referenceMark = (number: number): string => `\u0002${number}\u0002`;

const clock = String.raw`\d+:\d{2}(?:[.:]\d+)*`;
const span = String.raw`(?<from>${clock})[–-](?<to>${clock})`;

const forms: readonly RegExp[] = [
  new RegExp(String.raw`\bclip "(?<name>[^\n]*?)" on track (?<track>\d+) \([^()\n]*?${span}\)`, 'gi'),
  new RegExp(String.raw`\bclip "(?<name>[^\n]*?)" \([^()\n]*?${span}\)`, 'gi'),
  new RegExp(String.raw`轨道 ?(?<track>\d+) ?上的片段“(?<name>[^\n]*?)”（[^（）\n]*?${span}）`, 'gu'),
  new RegExp(String.raw`轨道 ?(?<track>\d+)（[^（）\n]*?${span}）上的片段“(?<name>[^\n]*?)”`, 'gu'),
  new RegExp(String.raw`轨道 ?(?<track>\d+)（[^（）\n]*?）上的片段“(?<name>[^\n]*?)”（[^（）\n]*?${span}）`, 'gu'),
  new RegExp(String.raw`片段“(?<name>[^\n]*?)”（[^（）\n]*?${span}）`, 'gu'),
];

/** A message whose references are put aside. */
export interface ReferringText {
  /** With a {@link referenceMark} in place of each reference. */
  readonly text: string;
  readonly clips: readonly ClipName[];
}

/** Puts the references in a message aside, in their order. */
export function putReferencesAside(message: string): ReferringText {
  const clips: ClipName[] = [];
  let text = message;
  for (const form of forms) {
    text = text.replace(form, (...found: unknown[]) => {
      const { name = '', track, from = '', to = '' } = found.at(-1) as Partial<Record<string, string>>;
      clips.push({
        title: name,
        ...(track === undefined ? {} : { track: Number(track) }),
        fromMs: readTime(from) ?? 0,
        toMs: readTime(to) ?? 0,
      });
      return ` ${referenceMark(clips.length - 1)} `;
    });
  }
  return { text, clips };
}
