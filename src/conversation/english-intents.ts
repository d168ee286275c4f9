import { intentOf, type IntentGrammar, type Wish } from './intent-grammar.ts';
import { pattern } from './pattern.ts';
import { usualEnglish } from './spelling.ts';

/**
 * What an English sentence wants, where the whole of it wants one thing. A sentence is first freed of what is only
 * manners («could you please … for me?»); what is left must be an intent from beginning to end: «export it» is,
 * «export settings look wrong» is not. `sentence` is in lower case, on one line, without its full stop.
 *
 * @returns undefined where it is (also) about the video itself, '' where it is nothing but manners.
 */
export function englishIntent(sentence: string): Wish | undefined | '' {
  return intentOf(usualEnglish(sentence), english);
}

const opening = pattern`
  (?:(?:good|great|nice|awesome|amazing|excellent|fantastic|well) (?:job|work|stuff|one|done)|all good|good to go|all set
  |hey|hi|hello|ok|okay|alright|all right|right|great|nice|perfect|cool|good|awesome|excellent|wonderful|thanks|thank you
  |yes|yeah|yep|sure|lgtm|sounds good|works for me|(?:yep |yeah |yes )?that works|so|and|then|now|well|but|please|pls|plz|kindly|just|simply|also|finally|lastly|next|first|nemo|quickly
  
  |can you|can i|can we|could you|could i|could we|would you|will you|may i|shall we|do you mind|we can|you can|you may|we could
  |let's|let us|let me|i'd like(?: you)? to|i would like(?: you)? to|i want(?: you)? to|i wanna|i need(?: you)? to|we need to
  |i'm ready to|i am ready to|we're ready to|we are ready to|ready to|it's time to|time to|i(?:'m| am) trying to|try to|proceed to
  |(?:go ahead|proceed|continue|carry on) with|go ahead and|go ahead|help me(?: to)?|how do i|how can i|how could i|how should i|how would i|how do we|how can we|how do you|how to
  |where do i|where can i|where could i|is it possible to|what do i do to|i don't know how to|tell me how to|show me how to
  |i(?:'m| am) (?:done|finished|happy)(?: with (?:it|this|that))?|we(?:'re| are) (?:done|good|finished)
  |(?:it|that|this)(?:'s| is)? (?:looks? )?(?:done|good|perfect|fine|great|awesome|amazing|it|all|nice)(?: now| enough)?
  |looks? (?:really |very |so )?(?:good|great|perfect|fine|nice|amazing)(?: now| to me)?|(?:i )?(?:like|love|loving) (?:it|this|that))
  (?![\w'-])[\s,:–—-]{0,8}`;

const closing = pattern`
  (?<![\w'-])(?:please|pls|plz|now|right now|right away|immediately|asap|rn|for me|for us|thanks|thank you|thx|ok|okay|then|again|once more|one more time|another time|anywhere
  |already|yet|too|if you can|if possible|quickly|real quick|today|so far|currently|at the moment|at this point|nemo|will you|would you
  |(?:when|once|as soon as) (?:it's|it is|you're|you are|that's|everything is|everything's)? ?(?:ready|done|finished|complete))`;

// --- export

const quality = pattern`(?:
  \.?(?:mp4|mov|webm|mkv|avi|gif|wmv|flv|m4v|mpe?g|mp3|wav|m4a|aac)|prores|h\.?26[45]|hevc|av1|vp9|hdr|lossless|uncompressed
  |\d{3,4} ?p|\d{3,4} ?[x×] ?\d{3,4}|[248]k|uhd|ultra ?hd|fhd|full[ -]?hd|hd|sd|high|higher|highest|best|max|maximum|good|full|original
  |medium|normal|standard|low|lower|lowest|small|quality|resolution|res|format|file|video|version|possible|available
  |\d{1,3} ?(?:fps|hz|frames (?:per|a) second)|\d{1,4} ?[mk]bps)`;
const asWished = pattern`(?:(?:as|in|to|into|at|with|using) )?(?:an? |the )?${quality}`;
const named = pattern`(?:⟨⟩|⟦⟧)`;
const toPlace = pattern`(?:
  (?:(?:to|on|onto|in|into|for) )?(?:my |the |this |a |your )?(?:computer|pc|mac|laptop|desktop|disk|hard drive|drive|machine|phone|device
  |workspace|(?:export|project|downloads?|desktop|documents|movies?|videos?|pictures|music|home) (?:folder|directory)|home directory|downloads|folder)
  |(?:to|in|into) (?:my |the |your )?(?:documents|movies|videos|pictures|home)
  |locally|here|as a file|without (?:a |any )?watermarks?|for youtube|for the web
  |(?:to|as|into|in|onto|on|at|under|named|called)(?: (?:the|my|an?|file|folder|directory|path|new|called|named|name)){0,4} ${named}(?: (?:folder|directory))?
  |(?:(?:re)?name|call) it(?: as| to)? ${named}|(?:with|under) the (?:file ?)?name ${named})`;
const howAndWhere = pattern`(?:(?: and|-)? ?(?<=[ -])(?:${toPlace}|${asWished})){0,8}`;
const finished = pattern`(?:(?:final|finished|whole|full|entire|complete|completed|edited|current|latest|last|new|resulting|rendered|exported
  |generated|result|output|high[ -]quality|high[ -]res|hd|full hd|4k|\d{3,4}p|mp4|mov|video) ){0,5}`;
const work = pattern`(?:videos?|clips?|movie|film|files?|project|timeline|results?|draft|mp4|mov|webm|gif|cut|edit|version|render|copy|footage|reel
  |sequence|work|output|vid|montage|master|short|vlog|trailer|demo)`;
const it = pattern`(?:it|this|that|them|these|everything|all|all of it|all of them|it all|(?:the )?final(?: one)?)`;
const theWork = pattern`(?:${it}|(?:(?:the|my|our|this|that|your|these) )${finished}${work})`;
const anyWork = pattern`(?:${theWork}|(?:an? )?${finished}${work})`;
const begin = pattern`(?:(?:start|begin|do|run|kick off|retry|try|redo|repeat|resume|continue|launch|make|create) )?`;

const exportIntent = [
  pattern`${begin}(?:the |an? |my |another )?(?:re[- ]?)?(?:export|download)(?:ing)?(?: (?:process|job|workflow))?(?: ${anyWork})?${howAndWhere}`,
  pattern`${begin}(?:the |an? |my |another )?(?:${quality} |final |new ){1,4}(?:export|download|render)`,
  pattern`(?:get|grab|have|fetch) (?:(?:the|my|our|this|that) )${finished}${work}(?: file)?${howAndWhere}`,
  pattern`(?:send|give|hand)(?: me| us)?(?: over)? (?:the |my )?${finished}(?:videos?|clip|file|mp4|mov|movie|film)(?: file)?(?: over)?${howAndWhere}`,
  pattern`(?:the |my |a )?(?:download|video) (?:link|url)|(?:the |a )?link to ${theWork}`,
  pattern`(?:send|give|get|fetch|bring|hand|forward|deliver) (?:me|us) ${theWork}(?: file)?(?: over)?${howAndWhere}`,
  pattern`(?:send|deliver|forward|hand) ${theWork}(?: file)?(?: over| to me| to us| here| back)?`,
  pattern`(?:send|give|get|share)(?: me| us)? (?:the |a |my )?(?:download(?: link| url)?|link to (?:download|${theWork})|link)`,
  pattern`(?:i|we) (?:want|need|would like) (?:the |my |our )(?:final |finished |exported |rendered |mp4 ){0,5}(?:video|file|mp4|movie|export|download)(?: file)?`,
  pattern`where(?:'s| is) (?:the |my )(?:export(?:ed)?(?: video| file)?|download(?: link)?|mp4|finished (?:video|file))`,
  pattern`save(?: (?:${it}|(?:(?:the|my|our|this|that|a) )?${finished}(?:videos?|clips?|movie|film|files?|mp4|mov|results?|output|cut|copy)))?${howAndWhere}`,
  pattern`(?:start |begin |do )?(?:the |a |my )?(?:final )?render(?:ing)?(?: out)?(?: ${theWork})?(?: out)?${howAndWhere}`,
  pattern`(?:output|finalize and export|export and download|download and save|render and export|render and download)(?: ${theWork})${howAndWhere}`,
  pattern`convert ${theWork} (?:in)?to (?:an? )?(?:mp4|mov|webm)(?: file| video| format)?`,
  pattern`(?:export|save|render|output)(?: to)?(?: the| a| my)? ${named}${howAndWhere}`,
];

// --- where and whether to export

const exporting = pattern`(?:export|download|save|render)(?:ing)?`;
const exportButton = pattern`(?:(?:the|an?|my|any) )?${exporting} (?:button|icon|option|function|feature|menu|command|key)`;

const adviceIntent = [
  pattern`(?:(?:where(?:'s| is)|show(?: me)?|find|see|locate|i (?:can't|don't|couldn't) (?:find|see)|can't (?:find|see)|don't see|there(?:'s| is) no|what about) )?${exportButton}`,
  pattern`where(?:'s| is) (?:export|download)`,
  pattern`(?:which|what) (?:button|key) (?:exports?|downloads?|saves?|(?:do|should|must|can) (?:i|we) (?:press|click|hit|use) (?:to|for) ${exporting})(?: ${theWork})?`,
  pattern`(?:should (?:i|we)|shall i|do (?:i|we) (?:need|have) to|when (?:should|can|do|may) (?:i|we)|is (?:it|now) (?:(?:a good|the right|the) )?time to)(?: already| just)? ${exporting}(?: ${theWork})?(?: first| next)?`,
];

// --- credits

const mine = pattern`(?:(?:my|the|our|current|remaining|available|account|total|nemo|left|free|credit) ){0,5}`;
const money = pattern`(?:credits?|(?:credits? |account )?balance)`;
const ask = pattern`(?:(?:show|check|see|view|display|tell|get|give|know|look up|look at|find out|what's|what is|what are|what about|how's|how are)(?: me| us)? )?`;

const creditsIntent = [
  pattern`${ask}${mine}${money}(?: (?:balance|left|remaining|available|status|info|check|count|total|used|spent|i have(?: left)?)){0,5}`,
  pattern`(?:tell me |show me |check )?how (?:many|much) (?:(?:free|more|nemo|of my|total) ){0,5}${money} (?:
    do (?:i|we) (?:still |currently )?(?:have|own|got)|did (?:i|we) (?:use|spend)|have (?:i|we) (?:still )?(?:got|left|used|spent)|did (?:i|we|that|this|it) (?:use|spend|cost|take)
    |are|is|left|remain|remaining|remains|i have|i've got|i got|we have|does my account have|can i use)
    (?: (?:left|remaining|available|still|in my account|on my account|to use|to spend|there|got|have)){0,5}`,
  pattern`how (?:many|much) (?:(?:free|more|nemo|of my|total) ){0,5}${money}(?: (?:left|remaining|available)){0,2}`,
  pattern`(?:are there |is there )?(?:any|some|enough) (?:more )?credits?(?: (?:left|remaining|available)){1,2}`,
  pattern`(?:i|we) (?:need|want) (?:(?:some|more|additional|extra) ){1,2}credits`,
  pattern`(?:did|does) (?:that|this|it) (?:cost|use|take)(?: (?:me|us|any|some|my)){0,2} credits`,
  pattern`(?:do|have) (?:i|we) (?:still )?(?:have |got )?(?:any |enough |some |many |more )?credits?(?: (?:left|remaining|available)){0,5}`,
  pattern`(?:(?:am i|are we|i'm|i am|we're) )?(?:out of|low on|running out of|running low on) credits`,
  pattern`what(?:'s| is) left (?:of|on) (?:my|the) (?:credits?|balance|account)`,
  pattern`(?:buy|get|purchase|top up|topup|recharge|refill)(?: (?:some|more|my|additional|extra)){0,5} (?:credits?|account|balance|account balance)|top up`,
  pattern`(?:show |check |see |view |open )?(?:me )?(?:my |the )?(?:account|billing|account info|billing info|plan and billing|usage)`,
];

// --- state

const theProject = pattern`(?:it|this|that|everything|(?:the|my|our|this) (?:\w{1,20} )?(?:video|project|edits?|timeline|exports?|render|session|job|clips?|draft|work|task|cut))`;
const thing = pattern`(?:it|that|this|everything|we|you|(?:the|my|our) (?:video|edits?|exports?|render|project|clips?|timeline|cut|draft|result))`;

const stateIntent = [
  pattern`(?:(?:what's|what is|show|check|see|view|tell|get|give|any)(?: me| us)? )?(?:(?:the|my|our|a|current|project|video|timeline|edit|editing|export|render|session|latest|overall|quick) ){0,5}
    (?:status|state|progress)(?: (?:update|report|check|info))?(?: (?:of|on|for|with) ${theProject})?`,
  pattern`(?:show|list|display|see|view|give|get|tell|print|read|check|review|summari[sz]e|open|what's|what is|what are|what|which)(?: me| us)? (?:(?:all|of|the|my|our|current|existing|a|list) ){0,5}
    (?:tracks?|timeline|track list|layers|timeline summary|tracks and clips|clips and tracks|project state|current cut)
    (?: (?:are there|are on there|do i have|do we have|i have|we have|there are|on the timeline|in the timeline|in the project|in my project|look like|summary|overview|list|we've got)){0,5}`,
  pattern`(?:list|what are|which|what|show me all) (?:(?:all|of|the|my|our|current) ){0,5}clips(?: (?:are there|are on the timeline|are in the project|do i have|do we have|on the timeline|in the project|i have|we have)){0,5}`,
  pattern`(?:the |my )?(?:tracks|timeline|track list|timeline summary)`,
  pattern`(?:show me |tell me )?what(?:'s| is| do (?:i|we) have| have (?:i|we)(?: got)?|(?:'s| is) there| i have| we have)(?: currently| now| already)? (?:on|in) (?:the|my|our) (?:timeline|project|draft|sequence|tracks)`,
  pattern`(?:show me |tell me )?what (?:do (?:i|we) have|have (?:i|we)(?: got)?|we have|we've got|i have|i've got|has been done)`,
  pattern`(?:done|finished|ready) yet|any (?:updates?|news)|did (?:it|that) (?:finish|work)`,
  pattern`what(?:'s| is) the (?:(?:total|current|overall) )?(?:duration|length|running time)(?: of (?:it|(?:the|my) (?:video|timeline|project|cut)))?`,
  pattern`(?:(?:give|show|tell) me )?(?:an? |the )?(?:(?:short|quick) )?(?:summary|overview) of (?:the|my) (?:timeline|tracks|project)`,
  pattern`where are we|where do we stand|where are we at|how far (?:along )?(?:are you|are we|is ${thing})`,
  pattern`how(?:'s| is| are) ${thing} (?:going|coming along|doing|progressing|getting on)`,
  pattern`how many (?:tracks|clips|titles|layers) (?:are there|do (?:i|we) have|are (?:on|in) the (?:timeline|project|video)|does (?:it|the timeline|the project|the video) have)`,
  pattern`how long is (?:it|(?:the|my) (?:video|timeline|project|current ){0,5}(?:video|timeline|cut)?)`,
  pattern`(?:is|are|isn't) ${thing} (?:all )?(?:done|ready|finished|complete|completed|exported|rendered|there|ready (?:to|for) (?:export|download|be exported|be downloaded)|still (?:running|working|rendering))`,
  pattern`(?:has|have) ${thing} (?:been )?(?:finished|completed|done|exported|rendered)(?: (?:exporting|rendering|processing|uploading))?`,
];

// --- upload

const media = pattern`(?:files?|videos?|clips?|footage|media|images?|photos?|pictures?|songs?|music|audio|recordings?|logo|materials?|assets?|content|something|stuff|mp4s?|movs?|gif|movie)`;
const which = pattern`(?:(?:an?|the|my|our|some|this|these|that|those|another|more|new|one|two|three|several|multiple|few|couple|of|\d{1,4}|\d{1,3}[- ](?:minutes?|seconds?|min|sec)|raw|local|own|other|video|audio|image|media|music|screen|phone) ){0,5}`;
const mediaList = pattern`${which}${media}(?:(?:,| and| &| plus| with) ${which}${media}){0,3}`;
const fromWhere = pattern`(?: (?:(?:from|off|on|via) (?:(?:my|the|an?|this) )?(?:computer|pc|mac|disk|phone|drive|desktop|laptop|device|url|link|web|folder|workspace|explorer|downloads?|machine)|here|first|instead|of (?:my|our|the|an?|me) ?\w{0,20}
  |to (?:nemo|you|work with|edit|the (?:session|project|timeline|cloud|server|editor|service)|my (?:session|project|timeline)))){0,5}`;

const whatIsCalled = pattern`(?:(?:my|the|our|this|these|file|files|clip|clips|video|videos|called|named) ){0,4}`;

const uploadIntent = [
  pattern`(?:start |begin |do )?(?:the |an? |another )?upload(?:ing)?(?: (?:it|this|that|them|these|those|more|another(?: one)?|${mediaList}|${whatIsCalled}⟨⟩(?:(?:,| and|, and)? ${whatIsCalled}⟨⟩){0,9}))?${fromWhere}`,
  pattern`(?:i|we)(?:'ve| have)(?: got)? ${mediaList} to (?:upload|add|import|send)`,
  pattern`(?:import|attach|hand over|give you|bring in) (?:${mediaList}|⟨⟩(?:(?: and|, and|,)? ⟨⟩){0,5}|it|this|them)${fromWhere}`,
  pattern`(?:add|choose|select|pick|browse for|browse|load|open) (?:${which}files?|⟨⟩)(?: (?:to upload|to attach))?${fromWhere}`,
  pattern`(?:(?:use|take|try|here's|here is|here are|this is|these are|my (?:clip|video|file)s?(?: is| are)?:?) )?(?:(?:this|the|my|our|these) )?(?:(?:clip|video|file|footage|link|url|recording)s?:? )?⟨⟩(?:(?: and|, and|,)? ⟨⟩){0,5}`,
];

const english: IntentGrammar = {
  opening,
  closing,
  plain: [],
  intents: {
    advice: adviceIntent,
    export: exportIntent,
    credits: creditsIntent,
    state: stateIntent,
    upload: uploadIntent,
  },
};
