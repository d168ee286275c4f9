import type { EditWords, FindInClause } from './clause-edits.ts';
import { expression, pattern } from './pattern.ts';

// «Click “Volume” and set it to 35%» as the edit that comes of it.

const value = pattern`(?:[+−-]?\d[\d.,:]{0,10}\d? ?(?:%|px|pt|dB|ms|seconds?|secs?|sec|s|minutes?|mins?|min|fps|x|×|°|degrees?|p|K)?(?![\w%])|["“][^"“”]{1,80}["”])`;
const word = pattern`[\p{L}\d][\p{L}\d&/-]{0,20}`;
const nameSource = pattern`["“‘'「]?(${word}(?: ${word}){0,3}?)["”’'」]?`;
const control = pattern`(?: (?:button|icon|slider|knob|tab|panel|menu|option|tool|drop-?down|field|text box|box|control|handle|dial|key))`;
const press = pattern`(?:(?:left-|double-)?click|tap|press|hit|push|open|select|choose|use|find|locate|go to|switch to|head to|navigate to)(?: on)? (?:the |your )?`;
const set = pattern`(?:set|change|adjust|drag|move|lower|raise|turn|bring|increase|decrease|reduce|slide|pull|push)`;
const pick = pattern`(?:choose|select|pick|type|enter|input)`;
const slider = pattern`(?:it|this|that|the (?:slider|value|level|knob|handle))`;
const things = pattern`(?:clip|title|track|song|music|pause|segment|text|caption|image|photo|video|intro|outro|shot|scene|layer|transition|effect|part|word)`;

const sticky = (source: string) => expression(source, 'iuy');
const pressAndSet = sticky(
  pattern`${press}${nameSource}${control}?,? (?:and then|and|then) (?:${set}(?: ${slider})?(?: up| down)? to|${pick}) (${value})`,
);
const setTo = sticky(
  pattern`(?:${press}[^,;]{1,40}? (?:and then|and|then) )?(${set}) (?!(?:it|this|that)\b)(?:the |your )?${nameSource}(${control})?(?: up| down)? (to|by) (${value})`,
);
const setIt = sticky(pattern`(?:${set} ${slider}(?: up| down)? to|${pick}) (${value})`);
const pressAt = sticky(
  pattern`${press}${nameSource}${control}? ((?:at|from|between|around) [^,;]{0,20}\d[^,;]{0,30})$`,
);
const pressOnly = sticky(pattern`${press}${nameSource}${control}?(?: to [^,;]{1,60})?$`);
const playhead = sticky(
  pattern`(?:move|drag|place|put|bring|position|set) (?:the )?(?:play ?head|cursor|scrubber) to (${value})$`,
);
const choose = sticky(
  pattern`(?:select|choose|pick|click|press|tap|use) (${value}) (?:from|in|under|on) (?:the |your )?${nameSource} (?:drop-?down|menu|list|panel|options?)(?: menu| list)?`,
);
const ratio = sticky(pattern`${press}["“]?((?:9:16|16:9|1:1|4:5|5:4|4:3|3:4|21:9))["”]?(?: |$)`);
const onThing = sticky(
  pattern`right-?click(?: on)? (the (?:${word} ){0,2}?${things}) (?:and then|and|then) (?:${press}|pick )${nameSource}${control}?$`,
);
const thing = sticky(
  pattern`(?:select|highlight|(?:(?:right|left|double)-?)?click(?: on)?|tap(?: on)?) (the (?:${word} ){0,2}?${things})$`,
);
/** What can be chosen for a video, or a part of it. */
const property =
  /\b(?:style|filter|fonts?|typeface|colou?rs?|transitions?|effects?|template|preset|theme|mood|language|voice|quality|ratio|format|resolution|frame rate|size|speed|volume|opacity|title|text|captions?|subtitles?|animation|layout|position|music|bgm|lut|background|crop)$/i;
/** Names of buttons that say what is done. */
const doing =
  /^(?:split|trim|cut|crop|delete|remove|duplicate|copy|mute|unmute|rotate|flip|mirror|reverse|freeze|detach|merge|join|group|ungroup|generate|regenerate|create|add|insert|replace|stabili[sz]e|denoise|enhance|transcribe|translate|auto|detect|sync|normali[sz]e|confirm|redo|clean|upscale|smart)\b/i;
/** Where these are chosen it is not the look of the video. */
const noProperty = /^(?:export|media|file|files|edit|tracks?|project|the|settings|timeline|preview)$/i;

/** Reads edits in English instructions. */
export const englishEdits: EditWords = {
  edit: (find, pressed) =>
    wholeEdit(find) ??
    (pressed === undefined ? undefined : setProperty(pressed, find(setIt)?.[1])) ??
    atPlace(find(pressAt)),
  playhead: (find) => {
    const place = find(playhead)?.[1];
    return place === undefined ? undefined : spaced(place);
  },
  selected: (find) => find(thing)?.[1],
  button: (find) => find(pressOnly)?.[1],
  isDoing: (button) => doing.test(button),
  property: (button) => (noProperty.test(button) ? undefined : button),
  doneAt: (button, place) => `${button} at ${place}`,
  doneTo: (button, object) => `${button} ${object}`,
};

function wholeEdit(find: FindInClause): string | undefined {
  const shape = find(ratio)?.[1];
  if (shape !== undefined) return `Set the aspect ratio to ${shape}`;
  const [, object, verb] = find(onThing) ?? [];
  if (object !== undefined && verb !== undefined && doing.test(verb)) return `${verb} ${object}`;
  const [, button, wanted] = find(pressAndSet) ?? [];
  if (button !== undefined) return setProperty(button, wanted);
  const [, choice, menu] = find(choose) ?? [];
  if (choice !== undefined && menu !== undefined && !noProperty.test(menu)) return setProperty(menu, choice);
  const [, verb2 = '', what, handle, way, amount] = find(setTo) ?? [];
  if (what === undefined || amount === undefined) return undefined;
  const isMoved = /^(?:drag|move|slide|pull|push)$/i.test(verb2);
  if (isMoved && !/slider|knob|handle|dial/i.test(handle ?? '')) return undefined;
  const isSet = isMoved || /^(?:set|change|adjust|turn|bring)$/i.test(verb2);
  const verb3 = isSet && way === 'to' ? 'Set' : capital(verb2.toLowerCase());
  return `${verb3} the ${inSentence(what)} ${way ?? 'to'} ${spaced(amount)}`;
}

function atPlace(found: RegExpExecArray | undefined): string | undefined {
  const [, button, place] = found ?? [];
  return button !== undefined && place !== undefined && doing.test(button)
    ? `${button} ${place.split(' ').map(spaced).join(' ')}`
    : undefined;
}

function setProperty(name: string, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  if (!doing.test(name) && /^["“]\D/.test(wanted) && !property.test(name)) return undefined;
  if (!doing.test(name)) return `Set the ${inSentence(name)} to ${spaced(wanted)}`;
  return /^["“]/.test(wanted) ? `${name} ${wanted}` : `${name} to ${spaced(wanted)}`;
}

const spaced = (amount: string) =>
  amount
    .replace(/^["“]([+−-]?\d[^"“”]*)["”]$/, '$1')
    .replace(/(\d)(s|ms|min|px|dB|fps)$/, '$1 $2')
    .trim();
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** «Volume» as «volume»; «BGM» stays. */
const inSentence = (words: string) =>
  words
    .split(' ')
    .map((one) => (/^\p{Lu}\p{Ll}/u.test(one) ? one.toLowerCase() : one))
    .join(' ');
