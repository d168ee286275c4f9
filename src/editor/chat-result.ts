import type { AgentQuestion } from '../client/agent-question.ts';
import { choiceMessage } from '../conversation/question-answer.ts';
import type { Route, TurnOutcome, TurnResult } from '../conversation/turn-update.ts';

/** What a message came to, for whoever called `nemo.chat`. */
export interface ChatResult {
  readonly route: Route;
  /** With the outcome `question` and no other words: what is asked. */
  readonly text: string;
  /** What changed on the timeline, in sentences. */
  readonly changes: readonly string[];
  /** What can be done next; `argument` is the message that a `send` sends. */
  readonly actions: readonly { readonly kind: string; readonly label: string; readonly argument?: string }[];
  readonly outcome: TurnOutcome;
  /** What is not as the text says, or as the message asked: «Nothing changed on the timeline.» */
  readonly finding?: string;
  /** What the agent asks, with the outcome `question`; the next message answers it. */
  readonly questions?: readonly AgentQuestion[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** The part of a turn's result that leaves the extension. */
export function chatResult(route: Route, result: TurnResult): ChatResult {
  const { outcome, text, changes, questions = [], finding, error } = result;
  const steps = [...result.actions, ...(error?.steps ?? [])].map(({ kind, label, argument }) => ({
    kind,
    label,
    // Whoever called can send a message by themselves; the other arguments are ours.
    ...(kind === 'send' && argument !== undefined ? { argument } : {}),
  }));
  const choices = questions.flatMap((question) =>
    question.options.map(({ label }) => ({
      kind: 'send',
      label,
      argument: choiceMessage(questions, question, label),
    })),
  );
  return {
    route,
    text: text.trim() === '' && questions.length > 0 ? questions.map(({ prompt }) => prompt).join('\n') : text,
    changes: changes.map(({ sentence }) => sentence),
    actions: [...choices, ...steps],
    outcome,
    ...(questions.length > 0 ? { questions } : {}),
    ...(finding ? { finding: finding.text } : {}),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}
