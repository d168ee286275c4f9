/** What the agent asks before it does what was wanted. */
import type { Language } from './edit-request.ts';
import type { NextTurn } from './sandbox-options.ts';
import type { TurnEvent } from './turn-event.ts';

/** Turns in which the agent asks. */
export type AskingTurn = Extract<NextTurn, 'question' | 'questions' | 'longRunning' | 'oddQuestion'>;

export function isAskingTurn(next: NextTurn | undefined): next is AskingTurn {
  return next === 'question' || next === 'questions' || next === 'longRunning' || next === 'oddQuestion';
}

const styles = {
  en: { prompt: 'Which style do you want?', labels: ['Calm', 'Lively', 'As it is'] },
  zh: { prompt: '您想要哪种风格？', labels: ['舒缓', '活泼', '保持原样'] },
} as const;
const extras = {
  en: { prompt: 'What else may I change?', labels: ['Colours', 'Music', 'Nothing else'] },
  zh: { prompt: '还可以修改什么？', labels: ['颜色', '音乐', '其他都不改'] },
} as const;

interface Asked {
  readonly prompt: string;
  readonly labels: readonly string[];
}

/** The call that asks, and the choices that its answer may name. */
export function askUser(
  next: AskingTurn,
  language: Language,
): { readonly event: TurnEvent; readonly labels: readonly string[] } {
  const options = ({ labels }: Asked) => labels.map((label, at) => ({ id: `o${at + 1}`, label }));
  const style = { id: 'style', prompt: styles[language].prompt, options: options(styles[language]) };
  const extra = {
    id: 'extra',
    prompt: extras[language].prompt,
    options: options(extras[language]),
    allow_multiple: true,
  };
  const ask = (args: Readonly<Record<string, unknown>>, name = 'ask_question', isListed = false): TurnEvent => ({
    kind: 'question',
    name,
    args,
    isListed,
  });
  const { labels } = styles[language];
  switch (next) {
    case 'question':
      return { event: ask(style), labels };
    case 'questions':
      return { event: ask({ questions: [style, extra] }), labels: [...labels, ...extras[language].labels] };
    case 'longRunning':
      return { event: ask({ prompt: style.prompt, options: style.options }, 'request_style', true), labels };
    case 'oddQuestion':
      return { event: ask({ questions: [null, { options: 7 }, { prompt: '\u0007' }], id: { a: 1 } }), labels: [] };
  }
}
