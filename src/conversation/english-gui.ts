import { englishEdits } from './english-edits.ts';
import type { GuiLanguage } from './gui-language.ts';
import { expression, pattern } from './pattern.ts';

/** What may stand before the verb that bids or allows the reader something. */
const manner = pattern`(?:and|then|so|now|next|first|second|third|finally|also|or|but|just|simply|please|alternatively|otherwise|from there|there|here|instead|to begin
  |to do (?:so|this|that|it)|feel free to|go ahead and|be sure to|make sure to|remember to|don't forget to|try to|try|by|after|before|upon|while|when|whenever|once|if
  |which|that|i(?:'d| would)? (?:recommend|suggest|advise)(?: that)?|all you (?:need|have) to do is(?: to)?|step \d+
  |you(?:'ll|'d)?(?: (?:can|could|may|might|should|must|will|would|are|have|need|want|like|wish|only|just|simply|easily|now|also|always|then|able|free|be|to|directly|still)){0,6})
  [,:.]? `;
const word = pattern`[\w-]{1,30}`;
/** What only an editor's screen has. A window, a corner or a button can be in the picture as well. */
const panel = pattern`(?:panel|pane|tab|menu|side ?bar|tool ?bar|dialog|pop-?up|drop-?down|inspector|settings|preferences|properties|dashboard|track list
  |(?:preview|export|editor|editing|program|main|settings|media|project|player) window|(?:media|asset|project|stock|music) library)`;
const view = pattern`(?:timeline|preview|player|viewer|editor|canvas|workspace|interface)`;
const place = pattern`(?:${panel}|${view}|UI)`;
const inside = pattern`\b(?:in|on|from|using|through|via|at|with|inside|under) (?:the |your )?(?:${word} ){0,3}`;
const control = pattern`(?:button|icon|menu|tab|slider|drop-?down|checkbox|toggle|option|tool|panel|dialog|side ?bar|tool ?bar|handles?)`;
const account = pattern`(?:accounts?|billing|subscription|pricing|payment|your (?:plan|credits?|credit balance|balance)|credits? page|credit balance)`;
const theWork = pattern`(?:it|them|this|that|the|your|as|to|now|in|at|when|from|using|by|and|an?|everything|\d)`;

export const english: GuiLanguage = {
  vocabulary:
    /click|tap|press|push|hit |open|go to|go into|head |navigat|switch|visit|access|expand|drag|drop|slider|play ?head|double-|highlight|preview|play|watch|view|see|check|look|scrub|upload|import|export|download|select|choose|pick|use |hover|scroll|zoom|adjust|toggle|button|panel|menu|timeline|account|billing|credits|top up|upgrade/i,
  separator:
    /[,;:]\s{1,4}|\s{1,4}[–—]\s{1,4}|\s{1,4}(?=(?:and|then|so|or|but)\s{1,4}(?:then\s{1,4}|now\s{1,4})?(?:you\b|please\b|just\b|simply\b|click\b|tap\b|press\b|hit\b|open\b|drag\b|drop\b|go\b|head\b|navigate\b|select\b|choose\b|pick\b|preview\b|export\b|download\b|check\b|use\b|let me\b|let us\b|tell me\b|I\b))/g,
  manner: expression(manner, 'iuy'),
  instruction: expression(
    pattern`(?:
      (?:left-?|right-?|double-?)?click(?:ing)?\b(?! (?:sounds?|tracks?|noises?|effects?|through)\b)
      |(?:tap|press|push|hit)(?:ping|ing|ting)? (?:on )?(?:the |your )?(?:["“‘'「\[]|space ?bar|space\b|enter\b|delete\b|esc\b|ctrl\b|cmd\b|⌘|play\b|.{0,60}\b${control}\b)
      |(?:re-?)?open(?:ing)? (?:up )?(?:the |your )?.{0,60}\b${place}\b
      |(?:go|head|navigate|switch|jump|move|return|scroll)(?:ing)?(?: over| back| down| up)? (?:to|into|through) (?:the |your )?.{0,60}\b(?:${place}|page|section|${account})\b
      |(?:visit|access|expand|launch|bring up|look in|look under|enter)(?:ing)? (?:the |your )?.{0,60}\b(?:${place}|page|section|${account})\b
      |drag(?:ging)?\b(?! race)
      |drop(?:ping)? (?:it|them|(?:the|your|a|any) (?:${word} ){0,2}(?:files?|clips?|media|videos?|images?|photos?|audio|music|titles?|tracks?)) (?:in|on|onto|into|to|at|there|here)\b
      |(?:preview|scrub)(?:ing)? (?:it|them|this|that|the|your|how|what|in|on|and|everything|all|any|each|through|changes|now)\b
      |(?:play|watch|view|see|review|check|examine|inspect|find|look at|take a look at|play back)(?:ing)?\b(?: out)?.{0,60}${inside}${place}s?\b
      |(?:play|view|review|check|inspect|look at|take a look at|see)(?: out)? (?:the |your )?(?:${word} ){0,2}(?:timeline|preview|player|tracks? panel|track list)\b
      |(?:export|download)(?:ing)? ${theWork}\b
      |(?:check|visit|view|see|review|manage|open|log ?in to|sign ?in to|upgrade|update|access)(?: out)? (?:your |the |my )?(?:${word} )?${account}\b
      |(?:buy|purchase|top up|upgrade)(?: (?:more|additional|some|your|the|to)){0,4}(?: ${word})? (?:credits?|account|balance|plan)\b
      |top up\b
      |hover|scroll (?:down|up|to|through)|zoom (?:in|out) (?:on|of) the timeline\b
      |(?:increase|decrease|reduce|lower|raise|set|turn|slide|pull|move) (?:the |your )?(?:${word} ){1,3}(?:slider|knob|dial|handle)\b
      |(?:move|drag|place|put|bring|position|set) (?:the )?(?:play ?head|scrubber)\b
      |(?:in|on|under|from|inside) (?:the |your )?(?:${word} ){0,3}${panel}$
      |(?:check|view|see|review)(?: out)? (?:your |the |my )?(?:${word} ){0,2}credits?\b.{0,40}\b(?:account|page|dashboard|settings)\b
      |(?:select|choose|pick|toggle|enable|use|find|locate|highlight|adjust)(?:ing)? (?:${word} ){0,6}(?:the|an?|your) (?:${word} ){0,3}${control}s?\b
      |(?:select|choose|pick|set|adjust|change|trim|split|cut|edit|type|enter|highlight|use|find|locate|move|resize|add|delete|lower|raise|rename|upload|import)(?:ing)? .{0,60}${inside}(?:${panel}|editor)s?\b
      |(?:.{0,60} )?(?:can|may|could|will) (?:now |also |then |be ){0,4}(?:exported|downloaded|previewed|viewed|seen|played|found|accessed|adjusted|moved|edited)\b.{0,60}(?:${inside}${place}s?\b|\bby (?:clicking|tapping|pressing|dragging|opening|using the|going to)\b)
      |(?<=\b(?:can|to|now|please|then|and) )(?:preview|export|download)$
      )`,
    'iuy',
  ),
  press: expression(
    pattern`(?:(?:tap|press|hit|push)(?:ping|ing|ting)? (?:on )?(?:the |your )?(?=\p{L})|(?:go|head|navigate|switch) (?:over )?to (?=\p{L}[\p{L} &]{0,20}$))(?=(.))`,
    'iuy',
  ),
  whereabouts: expression(
    pattern`^(?!.{0,300}\b(?:scene|frame|shot|footage|recording|video)\b)(?:
      (?:and )?(?:you(?:'ll| will| can) (?:also )?(?:find|see)|look for) (?:it|(?:the|an?) (?:["“”\w'-]{1,30} ){0,3}(?:button|icon|menu|option|tab)s?)
      |(?:it's|it is|(?:the|an?) (?:["“”\w'-]{1,30} ){0,3}(?:button|icon|menu|option|tab)s? (?:is|are|can be found|sits?|appears?))) (?:located )?
      (?:in|at|on|near|under) (?:the )?(?:${word} ){0,3}(?:corner|top|bottom|left|right|tool ?bar|side ?bar|menu|panel|header|editor|screen)\b`,
    'iu',
  ),
  looks: expression(pattern`(?:see|find|view|watch|notice|spot)\b`, 'iuy'),
  attached:
    /^(?:(?:and|then|or|so)\s{1,4}){0,4}(?:to (?:export|download|save|get|see|view|preview|play|watch|share|check|adjust|move|reposition|change|edit|do|start|begin|finish|confirm|make|apply|continue|proceed|use|access|open|find)\b|when(?:ever)? (?:you|it|everything|ready)|once (?:you|it|that|everything|ready|done)|if (?:it|that|this|the \w{1,20}) (?:is|are|sounds?|looks?|feels?|seems?)\b|if it's\b|if you(?:'d| would| want| like| wish| need| are|'re)\b|after (?:that|this)|as soon as|choose\b|select\b|pick\b|highlight the\b|type ["“]|enter ["“\d]|set (?:the|it)\b|(?:lower|raise|increase|decrease|reduce|turn|drag|move|slide|change|adjust) (?:the |it )[^.]{1,60}\d|wait\b|save\b|share\b|it will\b|it'll\b|(?:your|the) (?:download|video|file|export) will\b|you'll (?:get|have|receive|see|be able to \w{1,30}) (?:it|them|this|the (?:result|option|video|button|changes|preview|file)|an? (?:download|menu|dialog|option))|(?:in|at|on|from) the (?:top|bottom|left|right|upper|lower|menu|toolbar|sidebar)|as (?:an? )?(?:mp4|mov|1080p)|(?:then|and|next|first|finally|just|or)$)/i,
  invitation:
    /\bready (?:to|for) (?:be )?(?:export|download)|\b(?:shall i|should i|would you like(?: me)? to|do you want(?: me)? to|want me to) (?:export|render|download)/i,
  joint: /^(?:and then|and|then|so|but|or|which|while)\s{1,4}/i,
  bareJoint: /^(?:and|or|but|then)\s{1,4}(?:then\s{1,4}|now\s{1,4})?(?!you\b|please\b|just\b|simply\b)/i,
  announcement:
    /(?:\b(?:reads?|says?|said|titled|called|named|captioned|titles?|captions?|subtitles?|text(?: overlay)?|overlay|slogan|tagline|cta|hook|headline|quote|script|lyrics|lower third|end card|label|banner|voice-?over|narration|dialogue|line|to)(?: (?:is|are|now|reads?|says?|to|as|\d{1,3})){0,3}|^(?!(?:step|next|tips?|note|hint|now|then|finally|first|second|third|last|export|exporting|download|downloading|preview|previewing|save|play|option|done|ready|reminder|important|alternatively|otherwise|or|also)\b)[A-Z][\w-]{1,20}(?: [\w-]{1,20})?)$/,
  looking: expression(
    pattern`(?:preview|watch|view|review|check|scrub|play|look|see)(?:ing)?\b(?!.{0,40}\b(?:account|billing|credits?|plan)\b)`,
    'iuy',
  ),
  paying: expression(pattern`(?:upgrade|top up|buy|purchase)\b`, 'iuy'),
  edits: englishEdits,
  then: ', then ',
  undoWords: 'Undo the last change',
};
