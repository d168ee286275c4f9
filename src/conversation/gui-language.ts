import type { EditWords } from './clause-edits.ts';

/** How a language tells people to handle a graphical editor. All patterns run in time linear in the text's length. */
export interface GuiLanguage {
  /** Without any of these there is nothing to translate. */
  readonly vocabulary: RegExp;
  /** Where a sentence falls into clauses. */
  readonly separator: RegExp;
  /** One of the words that may stand before the verb that bids or allows the reader something; sticky. */
  readonly manner: RegExp;
  /** What bids the reader, behind its manners; sticky. */
  readonly instruction: RegExp;
  /** Before the name of what is pressed, behind its manners: a name begins with a capital; sticky. */
  readonly press: RegExp | undefined;
  /** Tells where a button or a panel is. */
  readonly whereabouts: RegExp;
  /** Bids the reader to look at something, behind its manners: with names or figures it tells what is there; sticky. */
  readonly looks: RegExp;
  readonly attached: RegExp;
  /** Says, or asks, that the video can be exported: worth a button, and worth reading. */
  readonly invitation: RegExp;
  /** Joins a clause to what was before it; has no sense at the beginning of a sentence. */
  readonly joint: RegExp;
  /** Joins a verb to the subject of the clause before it. */
  readonly bareJoint: RegExp | undefined;
  /** Behind this, and a colon, come words that are the video's. */
  readonly announcement: RegExp;
  /** Begins with looking at the video, or with the account: that comes before the export. Sticky, behind the manners. */
  readonly looking: RegExp;
  readonly paying: RegExp;
  readonly edits: EditWords;
  /** Joins edits in a message. */
  readonly then: string;
  /** The last change, taken back, in a message's words. */
  readonly undoWords: string;
}
