/** A voice-over script: one line for each scene of the timeline, with the time in which it is to be spoken. */
import type { Span } from './analyse-media.ts';
import type { Language } from './edit-request.ts';

export interface ScriptLine {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

/** Shortest and longest time for a line, in ms. */
const shortestMs = 1500;
const longestMs = 8000;

/** Scenes that are short enough to be one line and long enough to be spoken. */
export function scriptSpans(changes: readonly number[], durationMs: number): Span[] {
  const edges = [0];
  for (const at of changes.toSorted((one, other) => one - other)) {
    if (at - (edges.at(-1) ?? 0) >= shortestMs && durationMs - at >= shortestMs) edges.push(at);
  }
  edges.push(durationMs);
  return edges.slice(1).flatMap((to, index): Span[] => {
    const from = edges[index] ?? 0;
    const parts = Math.max(1, Math.ceil((to - from) / longestMs));
    return Array.from({ length: parts }, (_, part): Span => {
      const length = (to - from) / parts;
      return [Math.round(from + part * length), Math.round(from + (part + 1) * length)];
    });
  });
}

const openings = {
  en: [(title: string) => `Meet ${title}: this is where it begins.`, (title: string) => `Take a look at ${title}.`],
  zh: [(title: string) => `让我们走近${title}，故事从这里开始。`, (title: string) => `请看${title}。`],
};
const middles = {
  en: [
    'Watch closely: one step leads to the next.',
    'Here is the part that makes the difference.',
    'No detail is left to chance.',
    'And this is how simple it can be.',
  ],
  zh: ['请留意，一步接着一步。', '真正的亮点就在这里。', '每一个细节都经过打磨。', '原来可以如此简单。'],
};
const endings = { en: 'See it for yourself, and make it yours.', zh: '现在就亲自体验，让它属于你。' };

/** The words for each span. `titleAt` names what is seen at a time. */
export function writeScript(spans: readonly Span[], language: Language, titleAt: (ms: number) => string): ScriptLine[] {
  return spans.map(([fromMs, toMs], index) => {
    const title = titleAt(fromMs);
    const isNew = index === 0 || titleAt(fromMs - 1) !== title;
    const opening = openings[language][index === 0 ? 0 : 1];
    const text =
      index > 0 && index === spans.length - 1
        ? endings[language]
        : isNew && opening !== undefined
          ? opening(title)
          : (middles[language][index % middles[language].length] ?? endings[language]);
    return { fromMs, toMs, text };
  });
}

/** The script as a markdown table. */
export function scriptTable(lines: readonly ScriptLine[], language: Language): string {
  const head = language === 'zh' ? '| 时间 | 旁白 |' : '| Time | Voiceover |';
  const time = (ms: number) => `${Math.floor(ms / 60_000)}:${((ms % 60_000) / 1000).toFixed(1).padStart(4, '0')}`;
  const rows = lines.map((line) => `| ${time(line.fromMs)}–${time(line.toMs)} | ${line.text} |`);
  return [head, '| --- | --- |', ...rows].join('\n');
}
