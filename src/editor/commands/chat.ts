import { plainParagraphs, plainText } from '../../client/plain-text.ts';
import type { ChatResult } from '../chat-result.ts';
import { optionalText } from './command-arguments.ts';
import type { CommandCall, CommandContext } from './command-context.ts';

/**
 * `nemo.chat (text?)` → what the message came to, when its turn is over; without a text the chat comes to the front. Messages
 * that Stop held go before it.
 */
export async function chat({ chats, view }: CommandContext, { args }: CommandCall): Promise<ChatResult | undefined> {
  const text = optionalText(args[0]);
  if (text === undefined) {
    // With the cursor in the composer, whatever stands there.
    await view.compose('', false);
    return undefined;
  }
  const { accepted, over } = (await chats.chat()).send(text, { mayAsk: false });
  await accepted;
  return plainResult(await over);
}

/** What is shown by whoever called: nothing in it acts there either. */
function plainResult(result: ChatResult): ChatResult {
  const { questions } = result;
  return {
    ...result,
    text: plainParagraphs(result.text),
    changes: result.changes.map((change) => plainText(change)),
    actions: result.actions.map(({ kind, label, argument }) => ({
      kind,
      label: plainText(label),
      ...(argument === undefined ? {} : { argument: plainParagraphs(argument) }),
    })),
    ...(questions
      ? {
          questions: questions.map((question) => ({
            ...question,
            prompt: plainParagraphs(question.prompt),
            options: question.options.map(({ id, label }) => ({ id, label: plainText(label) })),
          })),
        }
      : {}),
  };
}
