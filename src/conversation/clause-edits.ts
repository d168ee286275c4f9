import { execAtBeginning } from './pattern.ts';

/** What instructions come to as edits. */
export interface EditReading {
  /** In the words of a message. */
  readonly edits: readonly string[];
  /** What was pressed last without a word of what to do with it: «Volume». */
  readonly pressed: string | undefined;
}

/** Looks for a sticky pattern at the beginning of a clause, behind its manners. */
export type FindInClause = (wanted: RegExp) => RegExpExecArray | undefined;

/** How a language says in the words of a graphical editor what is to be edited. */
export interface EditWords {
  /** The edit that a clause says in full, or with what was `pressed` before. */
  readonly edit: (find: FindInClause, pressed: string | undefined) => string | undefined;
  /** Where the playhead is to be put. */
  readonly playhead: (find: FindInClause) => string | undefined;
  /** What is to be selected. */
  readonly selected: (find: FindInClause) => string | undefined;
  /** The name of what is to be pressed, and no more. */
  readonly button: (find: FindInClause) => string | undefined;
  /** Whether the name of a button says what is done. */
  readonly isDoing: (button: string) => boolean;
  /** The property that such a button sets, if any. */
  readonly property: (button: string) => string | undefined;
  readonly doneAt: (button: string, place: string) => string;
  readonly doneTo: (button: string, thing: string) => string;
}

/** What the clauses of an instruction come to, one after the other. `before`: what the instruction before pressed. */
export function editsOf(
  clauses: readonly string[],
  manner: RegExp,
  words: EditWords,
  before: string | undefined,
): EditReading {
  const edits: string[] = [];
  let pressed = before;
  let place: string | undefined;
  let thing: string | undefined;
  for (const clause of clauses) {
    const find: FindInClause = (wanted) => execAtBeginning(clause, manner, wanted);
    const edit = words.edit(find, pressed);
    if (edit !== undefined) {
      edits.push(edit);
      pressed = undefined;
      continue;
    }
    const newThing = words.selected(find);
    const newPlace = words.playhead(find);
    const button = words.button(find);
    if (newThing !== undefined) thing = newThing;
    else if (newPlace !== undefined) place = newPlace;
    else if (button !== undefined && words.isDoing(button) && (thing ?? place) !== undefined) {
      edits.push(thing === undefined ? words.doneAt(button, place ?? '') : words.doneTo(button, thing));
      place = undefined;
    } else if (button !== undefined) pressed = words.property(button);
  }
  return { edits, pressed };
}
