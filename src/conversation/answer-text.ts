import type { NextStep } from '../client/next-step.ts';
import type { StreamEvent } from '../client/stream-event.ts';
import { GuiTranslator } from './translate-gui.ts';
import type { TurnUpdate } from './turn-update.ts';

type TextEvent = Extract<StreamEvent, { kind: 'text' }>;
type TextUpdate = Extract<TurnUpdate, { kind: 'text' | 'textReplaced' }>;

/** Of a longer answer the beginning is shown. UTF-16 units. */
const longestAnswer = 1_000_000;
/** Ids of events that are remembered. */
const mostIds = 10_000;
/** A stream that keeps taking back what it said is believed so many times. */
const mostReplacements = 30;
/** From this length on, two equal pieces in a row are one that came twice. UTF-16 units. */
const tellingLength = 20;

/**
 * Puts an answer together from the text events of a turn, translated, each sentence once: a whole text that repeats its
 * pieces is not shown again, an event that comes twice counts once, and where the whole turns out to be another than its
 * pieces, the whole counts.
 */
export class AnswerText {
  #translator = new GuiTranslator();
  /** What the backend said, as far as the translator has been told. */
  #raw = '';
  /** Of {@link #raw}, so that nothing needs to look through all of it at each event: whether it is more than blank. */
  #hasText = false;
  /** And its last two characters. */
  #ending = '';
  #shown = '';
  /** Pieces whose whole has not come yet, and where they begin in {@link #raw}. */
  #pieces = '';
  #piecesAt = 0;
  /** A tool has been at work since the last text: what comes now is a new paragraph, perhaps a new message. */
  #seam = false;
  /** Where in the pieces one was, and where in {@link #raw} it went on behind it. */
  #seamAt = 0;
  #seamRawAt = 0;
  #lastWhole: string | undefined;
  #isWhole = false;
  #replacements = 0;
  readonly #ids = new Set<string>();

  /** @param shown what a turn that is picked up again has shown before. */
  constructor(shown = '') {
    this.#shown = shown;
  }

  /** All that was shown, whole. */
  get shown(): string {
    return this.#shown;
  }

  /** The backend said something, shown or not. */
  get hasText(): boolean {
    return this.#hasText;
  }

  /** The last text was a message with its end, not a piece that may go on. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Buttons for what the backend told its user to do. */
  get actions(): readonly NextStep[] {
    return this.#translator.actions;
  }

  take(event: TextEvent): TextUpdate[] {
    if (event.id !== undefined) {
      if (this.#ids.has(event.id)) return [];
      if (this.#ids.size < mostIds) this.#ids.add(event.id);
    }
    // Only one of the two dialects says where a message begins and ends.
    const isMessage = event.invocationId !== undefined || event.author !== undefined;
    if (event.partial) return this.#piece(event.text, isMessage);
    this.#isWhole = isMessage;
    const updates =
      this.#pieces === '' ? this.#whole(event.text, isMessage) : this.#wholeOfPieces(event.text, isMessage);
    if (isMessage) updates.push(...this.#shows(this.#translator.pause(true)));
    this.#lastWhole = event.text;
    this.#seam = false;
    return updates;
  }

  /** A tool begins or ends its work: what was said is said, what comes next is a new paragraph. */
  interrupt(): TextUpdate[] {
    this.#seam = true;
    return this.#shows(this.#translator.pause(true));
  }

  /** Nothing comes for the moment. */
  pause(): TextUpdate[] {
    return this.#shows(this.#translator.pause());
  }

  /** The answer is over. */
  end(): TextUpdate[] {
    return this.#shows(this.#translator.end());
  }

  /** Adds words of our own as a paragraph, at the end of the answer. */
  say(words: string): TextUpdate[] {
    const said = this.end();
    return [...said, ...this.#shows((this.#shown.trim() === '' ? '' : paragraphBreak(this.#shown)) + words)];
  }

  #piece(text: string, isMessage: boolean): TextUpdate[] {
    this.#isWhole = false;
    const updates: TextUpdate[] = [];
    if (this.#pieces === '') {
      if (isMessage || this.#seam) updates.push(...this.#breakParagraph());
      this.#piecesAt = this.#raw.length;
      this.#seamAt = 0;
    } else if (this.#seam) {
      updates.push(...this.#breakParagraph());
      this.#seamAt = this.#pieces.length;
      this.#seamRawAt = this.#raw.length;
    }
    this.#seam = false;
    this.#pieces += text;
    updates.push(...this.#say(text));
    return updates;
  }

  #whole(text: string, isMessage: boolean): TextUpdate[] {
    const isRepeated = !this.#seam && text === this.#lastWhole && (isMessage || text.length >= tellingLength);
    // Some streams end with all that they said, once more.
    const isAll = !isMessage && text.length >= tellingLength && text === this.#raw;
    if (isRepeated || isAll) return [];
    return [...(isMessage || this.#seam ? this.#breakParagraph() : []), ...this.#say(text)];
  }

  #wholeOfPieces(text: string, isMessage: boolean): TextUpdate[] {
    const pieces = this.#pieces;
    const sinceSeam = pieces.slice(this.#seamAt);
    if (this.#seamAt > 0 && text === pieces.slice(0, this.#seamAt)) {
      // The whole of what came before the tool; that of the rest follows.
      this.#pieces = sinceSeam;
      this.#piecesAt = this.#seamRawAt;
      this.#seamAt = 0;
      return [];
    }
    this.#pieces = '';
    for (const known of [pieces, sinceSeam]) {
      if (known !== '' && text.startsWith(known)) return this.#say(text.slice(known.length));
      if (known !== '' && squeezed(text) === squeezed(known)) return [];
    }
    if (!isMessage) return [...(this.#seam ? this.#breakParagraph() : []), ...this.#say(text)];
    const hasSeam = this.#seamAt > 0 || this.#seam;
    if (hasSeam && !isAkin(text, pieces) && !isAkin(text, sinceSeam))
      return [...this.#breakParagraph(), ...this.#say(text)];
    return this.#replaceFrom(hasSeam && !isAkin(text, pieces) ? this.#seamRawAt : this.#piecesAt, text);
  }

  /** The pieces were cut, or the backend thought better of them: the whole stands in their place. */
  #replaceFrom(from: number, text: string): TextUpdate[] {
    if (++this.#replacements > mostReplacements) return [];
    this.#raw = (this.#raw.slice(0, from) + text).slice(0, longestAnswer);
    this.#hasText = /\S/.test(this.#raw);
    this.#ending = this.#raw.slice(-2);
    this.#translator = new GuiTranslator();
    this.#shown = this.#translator.push(this.#raw) + this.#translator.pause(true);
    return [{ kind: 'textReplaced', text: this.#shown }];
  }

  #breakParagraph(): TextUpdate[] {
    return this.#hasText ? this.#say(paragraphBreak(this.#ending)) : [];
  }

  #say(text: string): TextUpdate[] {
    const told = text.slice(0, Math.max(0, longestAnswer - this.#raw.length));
    this.#raw += told;
    this.#hasText ||= /\S/.test(told);
    this.#ending = (this.#ending + told.slice(-2)).slice(-2);
    return told === '' ? [] : this.#shows(this.#translator.push(told));
  }

  #shows(text: string): TextUpdate[] {
    if (text === '') return [];
    this.#shown += text;
    return [{ kind: 'text', text }];
  }
}

/** What makes a new paragraph behind a text that ends like this. */
function paragraphBreak(text: string): string {
  return text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

/** Whether two texts are versions of one: they begin alike, or one holds the other. */
function isAkin(a: string, b: string): boolean {
  const [one, other] = [squeezed(a), squeezed(b)];
  const shorter = Math.min(one.length, other.length);
  if (shorter === 0) return false;
  if (one.includes(other) || other.includes(one)) return true;
  let alike = 0;
  while (alike < shorter && one[alike] === other[alike]) alike++;
  return alike >= Math.min(tellingLength, shorter / 2);
}
