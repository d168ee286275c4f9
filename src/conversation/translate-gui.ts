import type { NextStep } from '../client/next-step.ts';
import { beginsFence, closesFence } from './code-fence.ts';
import { headings, leadIn } from './gui-headings.ts';
import { losesValues, translateSentence, type TranslatedSentence } from './gui-sentence.ts';
import { ListNumbers } from './list-numbers.ts';
import { isBracketedEllipsis, isClosing, isInQuotes, isTerminator } from './sentence-end.ts';
import { temporaryIssueAt } from './temporary-issue.ts';

/** A sentence that goes on for longer is passed on as it is. UTF-16 units. */
const longestSentence = 2000;
const mostActions = 6;
/** A sentence's end has no more marks; those that follow are looked at anew. */
const mostMarks = 100;
/** White space that is left around what was left out has no more line breaks. */
const mostBreaks = 3;
/** Length of a number or an abbreviation before a full stop, with the blanks before it. UTF-16 units. */
const longestInnerStop = 16;

/**
 * Turns the backend's words into what this product says. The backend believes that its user has a graphical editor
 * before them: instructions to it («Click Export to download») are left out and become {@link actions}, everything else
 * stays as it is, to the letter.
 *
 * It is fed in pieces, as they stream in, and gives back what can be shown, sentence by sentence: at most the sentence
 * that is still being said is held back, and how the text was cut does not matter. Code, tables, quotations and scripts
 * are passed on untouched. A closing «I encountered a temporary issue» after a normal answer is dropped.
 */
export class GuiTranslator {
  readonly #actions: NextStep[] = [];
  /** What is not decided yet. */
  #held = '';
  /** Up to where {@link #held} has been looked through. */
  #seen = 0;
  #atLineStart = true;
  /** The line began with a mark that makes it content: quotation, table row, time code. */
  #lineIsContent = false;
  /** The rest of a sentence that became too long. */
  #sentenceIsContent = false;
  /** What closes the open code block. */
  #fence: string | undefined;
  /** After «Here is the script:» the next paragraph is content. */
  #script: 'none' | 'announced' | 'running' = 'none';
  /** In a list of which the lead-in was an instruction, items that only choose or wait are instructions too. */
  #isGuiList = false;

  /** White space since the last text that was given out. */
  #gap = '';
  /** Something was left out since then; what white space stood before it. */
  #gapBeforeLoss: string | undefined;
  /** Marker of a list item whose first sentence was left out. */
  #marker = '';
  /** A «temporary issue» and what followed it, to be told after {@link #gap}: dropped unless more comes. */
  #issue = '';
  #hasSpoken = false;
  /** «Here's how:», with the white space before it, until it shows whether what follows is for people. */
  #lead: { readonly gap: string; readonly text: string } | undefined;
  /** What the last sentence told to press. */
  #pressed: string | undefined;
  readonly #numbers = new ListNumbers();

  /** Buttons for what the backend told its user to do, each once, in order. */
  get actions(): readonly NextStep[] {
    return this.#actions;
  }

  /** Takes more text, and gives back what can be shown now. */
  push(text: string): string {
    this.#held += text;
    return this.#work(false);
  }

  /**
   * The speaker pauses (a tool is at work): a sentence that looks finished is given out without waiting for the next.
   * With `isOver` what is held is a whole message, whatever it looks like; more may follow all the same.
   */
  pause(isOver = false): string {
    const looksFinished = isOver || /[.!?…。！？:：]["”’」』)）*_]*\s*$/u.test(this.#held);
    return this.#fence === undefined && looksFinished ? this.#work(true) : '';
  }

  /** The text is over: gives back the rest. */
  end(): string {
    let out = this.#work(true);
    if (this.#lead) out += this.#takeLead();
    // A closing «temporary issue» counts where it is all that there is.
    if (this.#issue !== '' && !this.#hasSpoken) out += this.#take(this.#issue);
    else if (this.#issue === '' && this.#gapBeforeLoss === undefined) out += this.#gap;
    this.#issue = '';
    this.#gap = '';
    return out;
  }

  #work(isOver: boolean): string {
    let out = '';
    for (;;) {
      const length = this.#fence === undefined ? this.#nextLength(isOver) : this.#lineLength(isOver);
      if (length === 0) return out;
      const piece = this.#held.slice(0, length);
      this.#held = this.#held.slice(length);
      this.#seen = 0;
      out += this.#handle(piece);
    }
  }

  /** Length of the line that comes next, with its end; 0 where it is not whole yet. */
  #lineLength(isOver: boolean): number {
    const at = this.#held.indexOf('\n', this.#seen);
    if (at >= 0) return at + 1;
    this.#seen = this.#held.length;
    return isOver ? this.#held.length : 0;
  }

  /** Length of what comes next: white space, a line of a code block's fence, or a sentence. 0: not whole yet. */
  #nextLength(isOver: boolean): number {
    const text = this.#held;
    if (text.startsWith('\n')) return 1;
    if (this.#atLineStart) {
      // Whether the line opens a code block shows at its first letters.
      if (beginsFence.test(text)) return this.#lineLength(isOver);
    }
    for (let at = this.#seen; at < text.length; at++) {
      const letter = text[at] ?? '';
      if (letter === '\n') return at;
      if (at >= longestSentence) return at;
      if (!isTerminator(letter)) continue;
      let after = at + 1;
      while (after < text.length && after - at < mostMarks && isClosing(text[after] ?? '')) after++;
      if (after - at === mostMarks) return after;
      if (after === text.length && !isOver) {
        this.#seen = at;
        return 0;
      }
      const ends = /[。！？]/u.test(letter) || after === text.length || /\s/.test(text[after] ?? '');
      if (ends && (isInQuotes(text.slice(0, after)) || isBracketedEllipsis(text.slice(at, after)))) {
        at = after - 1;
        continue;
      }
      if (ends && !this.#isInnerStop(text.slice(Math.max(0, at + 1 - longestInnerStop), at + 1), at)) return after;
      at = after - 1;
    }
    if (isOver) return text.length;
    this.#seen = text.length;
    return 0;
  }

  /** A full stop that ends no sentence: «1. », «e.g. ». `upTo` are the {@link longestInnerStop} letters up to `at`. */
  #isInnerStop(upTo: string, at: number): boolean {
    if (this.#atLineStart && at < longestInnerStop && /^[ \t]*\d{1,4}\.$/.test(upTo)) return true;
    return /(?:^|[\s(])(?:e\.g|i\.e|vs|approx|incl|resp|no|fig)\.$/i.test(upTo);
  }

  #handle(piece: string): string {
    if (piece === '\n') {
      if (this.#atLineStart && this.#script === 'running') this.#script = 'none';
      if (this.#marker !== '') this.#numbers.lost();
      this.#atLineStart = true;
      this.#lineIsContent = false;
      this.#sentenceIsContent = false;
      this.#marker = '';
      this.#space(piece);
      return '';
    }
    if (this.#fence !== undefined) return this.#codeLine(piece);
    if (this.#atLineStart) {
      const [, fence] = beginsFence.exec(piece) ?? [];
      if (fence !== undefined) {
        this.#fence = fence;
        return this.#emit(piece);
      }
    }
    return this.#sentence(piece);
  }

  #codeLine(line: string): string {
    if (closesFence(line, this.#fence ?? '')) {
      this.#fence = undefined;
      this.#atLineStart = true;
    }
    return this.#emit(line);
  }

  #sentence(piece: string): string {
    const lead = /^\s*/.exec(piece)?.[0] ?? '';
    const core = piece.slice(lead.length).trimEnd();
    const tail = piece.slice(lead.length + core.length);
    if (core === '') {
      this.#space(piece);
      return '';
    }
    const isFirst = this.#atLineStart;
    this.#atLineStart = false;
    const written = isFirst ? (/^(?:(?:[-*+•]|\d{1,4}[.)])\s+|#{1,6}\s+)+/.exec(core)?.[0] ?? '') : '';
    const words = core.slice(written.length);
    if (isFirst) this.#beginLine(core, words, written);
    const marker = isFirst ? this.#numbers.next(written, lead.length) : '';

    this.#space(lead);
    const isContent = this.#isContent(piece);
    const foundAt = temporaryIssueAt(words);
    // Within content only what is glued to its end is none of it.
    const issueAt = isContent && foundAt === 0 ? undefined : foundAt;
    const said = issueAt === undefined ? words : words.slice(0, issueAt).trimEnd();
    const { kept, actions, pressed, used }: TranslatedSentence = isContent
      ? { kept: said, actions: [] }
      : this.#translated(said);
    if (used !== undefined) this.#withdraw(used);
    this.#pressed = pressed;
    this.#offer(actions);
    this.#watchScript(words);
    if (!isContent && kept === words && issueAt === undefined && leadIn.test(words.replace(/[*_`]+/g, ''))) {
      const before = this.#lead ? this.#takeLead() : '';
      const gap = this.#takeGap();
      this.#lead = { gap, text: this.#withMarker(marker + kept) };
      this.#space(tail);
      return before;
    }
    let out = '';
    if (kept === undefined || kept === '') {
      if (words !== '' && issueAt !== 0) {
        if (isFirst) this.#marker = marker;
        this.#lose();
        this.#isGuiList ||= written !== '' || /[:：][^\w:：]*$/u.test(words);
        // Emphasis that was opened before is closed with what went.
        if (words.split('**').length % 2 === 0 && words.endsWith('**') && this.#hasSpoken) out += '**';
      }
    } else {
      out += this.#emit(this.#withMarker(isFirst ? marker + kept : kept));
    }
    if (issueAt !== undefined) this.#issue += words.slice(issueAt);
    this.#space(tail);
    return out;
  }

  #beginLine(core: string, words: string, marker: string): void {
    if (this.#script === 'announced') this.#script = 'running';
    if (marker === '' || marker.includes('#')) this.#isGuiList = false;
    const isTimed = /^[*_[(（【]*\d{1,2}:\d{2}|^[*_[(（【]*\d+(?:\.\d+)?\s*(?:(?:s\b|秒)\s*)?[-–—~]\s*\d/.test(words);
    const isSpoken =
      /^[*_[(（【]*(?:scene|shot|narrator|narration|voice-?over|v\.?o\.?|caption|镜头|场景|旁白|画外音|字幕)(?:\s*\d+)?(?:\s*[*_\])）】]+)?\s*[:：]/i.test(
        words,
      );
    this.#lineIsContent = core.startsWith('>') || core.startsWith('|') || isTimed || isSpoken;
  }

  #isContent(piece: string): boolean {
    if (piece.length >= longestSentence) this.#sentenceIsContent = true;
    return this.#lineIsContent || this.#sentenceIsContent || this.#script === 'running';
  }

  #translated(words: string): TranslatedSentence {
    if (words === '') return { kept: undefined, actions: [] };
    const bare = words.replace(/[*_`]+/g, '');
    const translated = translateSentence(words, this.#pressed);
    if (translated.used !== undefined) return translated;
    if (headings.some((heading) => heading.test(bare))) return { kept: undefined, actions: [] };
    const isStep = /^(?:choose|select|pick|set|wait|save|enjoy|confirm|选择|等待|保存|确认|设置)/i.test(bare);
    // The format and the size that every export has are no loss.
    const isPlainStep = this.#isGuiList && isStep && !losesValues(bare, [{ kind: 'export', label: '' }]);
    return isPlainStep ? { kept: undefined, actions: [] } : translated;
  }

  #watchScript(words: string): void {
    if (!/[:：][*_]*$/u.test(words)) return;
    if (/script|voice-?over|narration|captions?|subtitles?|lyrics|脚本|旁白|字幕|文案|台词|解说/i.test(words))
      this.#script = 'announced';
  }

  #offer(actions: readonly NextStep[]): void {
    for (const action of actions) {
      const isThere = this.#actions.some((one) => one.kind === action.kind && one.argument === action.argument);
      if (!isThere && this.#actions.length < mostActions) this.#actions.push(action);
    }
  }

  /** Takes back the button that names what was pressed: what is to be done with it is another's. */
  #withdraw(pressed: string): void {
    const at = this.#actions.findIndex(({ kind, argument }) => kind === 'compose' && argument === pressed);
    if (at >= 0) this.#actions.splice(at, 1);
  }

  #withMarker(text: string): string {
    const whole = this.#marker + text;
    this.#marker = '';
    return whole;
  }

  /** Gives text out, with the white space before it; what came after a «temporary issue» takes that with it. */
  #emit(text: string): string {
    if (this.#issue === '') return this.#take(text);
    if (/try again|again later|later|sorry|apolog|inconvenience|请稍后|再试|重试|抱歉|不便/i.test(text)) {
      this.#issue += text;
      return '';
    }
    const issue = this.#issue;
    this.#issue = '';
    return this.#take(issue + text);
  }

  #take(text: string): string {
    const lead = this.#lead ? this.#takeLead() : '';
    const gap = this.#takeGap();
    this.#hasSpoken = true;
    return lead + gap + text;
  }

  #takeLead(): string {
    const { gap = '', text = '' } = this.#lead ?? {};
    this.#lead = undefined;
    this.#hasSpoken = true;
    return gap + text;
  }

  /** The white space before what comes next. */
  #takeGap(): string {
    const gap =
      this.#gapBeforeLoss === undefined
        ? this.#gap
        : this.#hasSpoken || this.#lead
          ? joined(this.#gapBeforeLoss, this.#gap)
          : '';
    this.#gap = '';
    this.#gapBeforeLoss = undefined;
    return gap;
  }

  #space(blanks: string): void {
    if (this.#issue === '') this.#gap += blanks;
    else this.#issue += blanks;
  }

  #lose(): void {
    if (this.#issue !== '') return;
    if (this.#lead) {
      // What led to instructions goes with them.
      this.#gapBeforeLoss = this.#lead.gap;
      this.#lead = undefined;
    }
    this.#gapBeforeLoss = this.#gapBeforeLoss === undefined ? this.#gap : joined(this.#gapBeforeLoss, this.#gap);
    this.#gap = '';
  }
}

/** The white space that is left when what stood between two is gone: the larger break of the two. */
function joined(before: string, after: string): string {
  if (!after.includes('\n')) return before === '' ? after : before;
  const breaks = Math.min(Math.max(before.split('\n').length, after.split('\n').length) - 1, mostBreaks);
  return '\n'.repeat(breaks) + after.slice(after.lastIndexOf('\n') + 1);
}
