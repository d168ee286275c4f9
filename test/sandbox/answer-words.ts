import type { EditResult } from './edit-draft.ts';
import type { EditRequest, Language } from './edit-request.ts';
import type { NextTurn } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TurnEvent } from './turn-event.ts';

export function silentEdit(_random: SeededRandom, _next: NextTurn | undefined): TurnEvent[] {
  return [];
}

export function answerText(
  _random: SeededRandom,
  language: Language,
  _requests: readonly EditRequest[],
  _result: EditResult,
  _next: NextTurn | undefined,
): TurnEvent[] {
  return [
    {
      kind: 'text',
      text:
        language === 'zh'
          ? '我可以剪辑、调色、加标题和音乐。'
          : 'I can trim, grade, add titles and music. Tell me what you want.',
    },
  ];
}
