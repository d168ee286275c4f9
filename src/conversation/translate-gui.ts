import type { NextStep } from '../client/next-step.ts';
import { translateSentence } from './gui-sentence.ts';

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
    const marker = isFirst ? (/^(?:(?:[-*+•]|\d{1,4}[.)])\s+|#{1,6}\s+)+/.exec(core)?.[0] ?? '') : '';
    const words = core.slice(marker.length);
    if (isFirst) this.#beginLine(core, words, marker);

    this.#space(lead);
    const isContent = this.#isContent(piece);
    const foundAt = temporaryIssueAt(words);
    // Within content only what is glued to its end is none of it.
    const issueAt = isContent && foundAt === 0 ? undefined : foundAt;
    const said = issueAt === undefined ? words : words.slice(0, issueAt).trimEnd();
    const { kept, actions } = isContent ? { kept: said, actions: [] } : this.#translated(said);
    this.#offer(actions);
    this.#watchScript(words);
    let out = '';
    if (kept === undefined || kept === '') {
      if (words !== '' && issueAt !== 0) {
        if (isFirst) this.#marker = marker;
        this.#lose();
        this.#isGuiList ||= /[:：][^\w:：]*$/u.test(words);
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

  #translated(words: string): { readonly kept: string | undefined; readonly actions: readonly NextStep[] } {
    if (words === '') return { kept: undefined, actions: [] };
    const bare = words.replace(/[*_`]+/g, '');
    if (this.#isGuiList && /^(?:choose|select|pick|set|wait|save|enjoy|confirm|选择|等待|保存|确认|设置)/i.test(bare)) {
      return { kept: undefined, actions: [] };
    }
    return headings.some((heading) => heading.test(bare)) ? { kept: undefined, actions: [] } : translateSentence(words);
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
    const gap =
      this.#gapBeforeLoss === undefined ? this.#gap : this.#hasSpoken ? joined(this.#gapBeforeLoss, this.#gap) : '';
    this.#gap = '';
    this.#gapBeforeLoss = undefined;
    this.#hasSpoken = true;
    return gap + text;
  }

  #space(blanks: string): void {
    if (this.#issue === '') this.#gap += blanks;
    else this.#issue += blanks;
  }

  #lose(): void {
    if (this.#issue !== '') return;
    this.#gapBeforeLoss = this.#gapBeforeLoss === undefined ? this.#gap : joined(this.#gapBeforeLoss, this.#gap);
    this.#gap = '';
  }
}

/** A line that opens a code block, be it in a list or a quotation: its marks. */
const beginsFence = /^[ \t]{0,40}(?:(?:[-*+]|\d{1,4}[.)]|>)[ \t]{1,8}){0,12}(`{3,}|~{3,})/;

/** Whether a line of a code block ends it. `fence`: the marks that opened it. */
function closesFence(line: string, fence: string): boolean {
  const marks = line.slice(/^[ \t>]*/.exec(line)?.[0].length).trimEnd();
  return marks.length >= fence.length && marks === fence.charAt(0).repeat(marks.length);
}

/** «To export your video:», «How to export»: the headings of instructions. */
const headings = [
  /^(?:(?:here's |this is )?how (?:to|you can)|to) (?:export|download|preview|save)\b[^.!?]*:$/i,
  /^how to (?:export|download|preview)(?: \w{1,30}){0,4}$/i,
  /^(?:如何|怎样|怎么)?(?:导出|下载|预览)(?:视频)?(?:的?步骤|方法)?[:：]$/u,
];

/** What may stand behind a sentence's end and still belongs to it. */
const isClosing = (letter: string) => '.!?…。！？"”’」』)）*_`'.includes(letter);
const isTerminator = (letter: string) => '.!?…。！？'.includes(letter);

/** Where a sentence says that something went wrong for a moment: at its beginning, or glued to the one before. */
function temporaryIssueAt(sentence: string): number | undefined {
  const found =
    /(?:^|(?<=\S))(?:(?:I'm sorry|Sorry|Apologies|I apologi[sz]e),? {0,2}(?:but {1,2})?)?I(?:'ve| have)? (?:just )?encountered an? (?:temporary|brief) (?:issue|problem|error)|^(?:抱歉，?)?我?(?:遇到|碰到|出现)了?一?个?(?:临时|暂时)性?的?(?:问题|故障|错误)/i.exec(
      sentence.replaceAll('’', "'"),
    );
  return found?.index;
}

/** The white space that is left when what stood between two is gone: the larger break of the two. */
function joined(before: string, after: string): string {
  if (!after.includes('\n')) return before === '' ? after : before;
  const breaks = Math.min(Math.max(before.split('\n').length, after.split('\n').length) - 1, mostBreaks);
  return '\n'.repeat(breaks) + after.slice(after.lastIndexOf('\n') + 1);
}
