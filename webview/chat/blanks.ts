import { readPrompt } from '../../src/conversation/prompt-blanks.ts';

/** A blank that waits, by its distance from the end of the text: what is written before it does not move that. */
interface WaitingBlank {
  readonly words: string;
  readonly startFromEnd: number;
}

/** A prompt with blanks in a text area: one after the other is selected, to be written over. */
export class Blanks {
  #waiting: WaitingBlank[] = [];

  /** Whether a blank can still be gone to, in the text as it is now. */
  remainIn(area: HTMLTextAreaElement): boolean {
    return this.#waiting.some((blank) => placeOf(blank, area.value) !== undefined);
  }

  /** Puts a prompt in place of everything and selects its first blank. The editor's undo brings back what stood there. */
  fill(area: HTMLTextAreaElement, prompt: string): void {
    const { text, blanks } = readPrompt(prompt);
    area.focus();
    area.select();
    // The only way of changing a text area that can be undone by key.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (!document.execCommand('insertText', false, text)) area.value = text;
    this.#waiting = blanks.map(({ start, end }) => ({
      words: text.slice(start, end),
      startFromEnd: text.length - start,
    }));
    if (!this.selectNext(area)) area.setSelectionRange(text.length, text.length);
  }

  /** Selects the next blank that is still as it was; false where there is none any more. */
  selectNext(area: HTMLTextAreaElement): boolean {
    for (let blank = this.#waiting.shift(); blank !== undefined; blank = this.#waiting.shift()) {
      const start = placeOf(blank, area.value);
      if (start === undefined) continue;
      area.setSelectionRange(start, start + blank.words.length);
      return true;
    }
    return false;
  }

  /** What stands there is an ordinary text from now on. */
  forget(): void {
    this.#waiting = [];
  }
}

/** Where a blank begins in a text; `undefined` where something else stands there now. */
function placeOf({ words, startFromEnd }: WaitingBlank, text: string): number | undefined {
  const start = text.length - startFromEnd;
  return start >= 0 && text.startsWith(words, start) ? start : undefined;
}
