import { withoutTrailing } from '../client/without-trailing.ts';
import { expression } from './pattern.ts';
import type { Route } from './turn-update.ts';

/** A route that is not the backend's to answer. */
export type Wish = Exclude<Route, 'message'>;

/** How a language says what is not an edit. Patterns are regular expressions' sources, matched from end to end. */
export interface IntentGrammar {
  /** Manners that a sentence may begin with, any number of them. */
  readonly opening: string;
  /** And end with. */
  readonly closing: string;
  /** What is taken with the manners at its end on. */
  readonly plain: readonly (readonly [Wish, string])[];
  readonly intents: Readonly<Record<Wish, readonly string[]>>;
}

/** What the sentence wants; undefined where it is no intent from end to end, '' where it is only manners. */
export function intentOf(sentence: string, grammar: IntentGrammar): Wish | undefined | '' {
  const ready = compiled(grammar);
  // Manners come off one by one, as few as will do: «show me …» may be manners or the verb itself.
  for (const beginning of peeled(sentence, ready.opening)) {
    for (const [wish, asked] of ready.plain) if (asked.test(beginning)) return wish;
    for (const rest of peeled(beginning, ready.closing)) {
      if (rest === '') return '';
      const found = ready.intents.find(([, whole]) => whole.test(rest));
      if (found) return found[0];
    }
  }
  return undefined;
}

/** The sentence, and what is left of it as one after the other of what `manners` fits is taken off. */
function* peeled(sentence: string, manners: RegExp): Generator<string, void, void> {
  let rest = sentence.trim();
  yield rest;
  for (let round = 0; round < mostManners; round++) {
    const shorter = withoutTrailing(rest.replace(manners, ''), ' ,').trim();
    if (shorter === rest) return;
    rest = shorter;
    yield rest;
  }
}

/** More than anybody says before coming to the point. */
const mostManners = 12;

interface Compiled {
  readonly opening: RegExp;
  readonly closing: RegExp;
  readonly plain: readonly (readonly [Wish, RegExp])[];
  readonly intents: readonly (readonly [Wish, RegExp])[];
}

const cache = new WeakMap<IntentGrammar, Compiled>();

function compiled(grammar: IntentGrammar): Compiled {
  const known = cache.get(grammar);
  if (known) return known;
  const whole = (source: string) => expression(`^(?:${source})$`, 'u');
  const ready: Compiled = {
    opening: expression(`^(?:${grammar.opening})`, 'u'),
    closing: expression(`(?:${grammar.closing})$`, 'u'),
    plain: grammar.plain.map(([wish, source]) => [wish, whole(source)] as const),
    intents: (Object.entries(grammar.intents) as [Wish, readonly string[]][]).map(
      ([wish, sources]) => [wish, whole(sources.join('|'))] as const,
    ),
  };
  cache.set(grammar, ready);
  return ready;
}
