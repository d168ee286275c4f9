import * as l10n from '@vscode/l10n';

/** What a tool of the backend does, in plain words, for the quiet line while it works: «Generating video». */
export function toolLabel(toolName: string): string {
  const words = ` ${toolName
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')} `;
  return labels.find(([wanted]) => tells(words, wanted))?.[1]() ?? l10n.t('Working on your video');
}

/** What a tool's name tells: one of some words, or one of some and behind it one of others. */
type Telling = RegExp | readonly [first: RegExp, behind: RegExp];

function tells(words: string, telling: Telling): boolean {
  if (telling instanceof RegExp) return telling.test(words);
  const first = telling[0].exec(words);
  return first !== null && telling[1].test(words.slice(first.index + first[0].length));
}

const making = / (generate|create|make|synthes\w{0,20}|gen) /;

/** The first that fits counts: what is made (or undone) comes before where it is put. */
const labels: readonly (readonly [Telling, () => string])[] = [
  [/ (undo|revert|rollback|restore) /, () => l10n.t('Undoing a change')],
  [/ (redo) /, () => l10n.t('Redoing a change')],
  [[/ (transfer|call|delegate|route|handoff) /, /agent /], () => l10n.t('Working on your video')],
  [
    [/ (voice ?over|voice|narrat\w{0,20}|tts|speech|dub\w{0,20}) /, /(script|writ\w{0,10}) /],
    () => l10n.t('Writing the script'),
  ],
  [/ (script|storyboard|copywrit\w{0,20}) /, () => l10n.t('Writing the script')],
  [/ (transcri\w{0,20}|asr|recogni\w{0,20}) /, () => l10n.t('Listening to the speech')],
  [/ (subtitles?|captions?|lyrics) /, () => l10n.t('Adding captions')],
  [/ (voice ?over|voice|narrat\w{0,20}|tts|speech|dub\w{0,20}) /, () => l10n.t('Adding a voice-over')],
  [/ (silence|pauses?|fillers?|jump ?cuts?) /, () => l10n.t('Cutting the pauses')],
  [/ (bgm|music|song|soundtrack|score) /, () => l10n.t('Adding music')],
  [/ (sfx|sound ?effects?|sound fx) /, () => l10n.t('Adding sound effects')],
  [/ (volume|audio|sound|loudness|denoise|noise) /, () => l10n.t('Adjusting the sound')],
  [
    / (colou?rs?|grad(e|es|ing)|lut|lightroom|exposure|contrast|saturation|brightness) /,
    () => l10n.t('Grading the colours'),
  ],
  [/ (transitions?) /, () => l10n.t('Adding transitions')],
  [/ (text|image) to video /, () => l10n.t('Generating video')],
  [/ text to image /, () => l10n.t('Generating a picture')],
  [/ (titles?|text|headline|credits) /, () => l10n.t('Adding text')],
  [/ (b ?roll|stock|footage) /, () => l10n.t('Looking for footage')],
  [/ (effects?|filters?|stickers?|animat\w{0,20}|overlays?) /, () => l10n.t('Adding effects')],
  [/ (ratio|aspect|resize|crop|reframe|canvas|orientation) /, () => l10n.t('Changing the picture size')],
  [/ (speed|slow|fast|retime|timelapse) /, () => l10n.t('Changing the speed')],
  [[making, /(image|picture|photo|thumbnail|cover|poster) /], () => l10n.t('Generating a picture')],
  [/ (text ?to ?image|image gen\w{0,20}) /, () => l10n.t('Generating a picture')],
  [[making, /(video|clip|scene|shot|intro|outro|movie|media) /], () => l10n.t('Generating video')],
  [/ (text to video|image to video|t v|i v|video gen\w{0,20}) /, () => l10n.t('Generating video')],
  [/ (generat\w{0,20}) /, () => l10n.t('Generating video')],
  [
    / (trim|cut|split|clip|delete|remove|shorten|merge|arrange|reorder|move|insert|replace|append) /,
    () => l10n.t('Cutting the clips'),
  ],
  [/ (analy\w{0,20}|understand\w{0,20}|probe|inspect|detect|describe|watch) /, () => l10n.t('Looking at your clips')],
  [/ (search|find|retrieve|lookup|browse) /, () => l10n.t('Searching')],
  [/ (plan\w{0,20}|think\w{0,20}|reason\w{0,20}) /, () => l10n.t('Planning the edit')],
  [/ (export|render|encode|transcode) /, () => l10n.t('Preparing the video')],
  [/ (upload|import|download|fetch|load) /, () => l10n.t('Fetching media')],
  [/ (state|draft|timeline|project|session|save|update|get|read|list|query) /, () => l10n.t('Updating the timeline')],
];

/** Whether the tool makes a clip: the backend goes on with music, title and effects once it is there. */
export function isGeneratingTool(toolName: string): boolean {
  const words = toolName
    .slice(0, 200)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return (
    /generat|synthesi|text.?to.?(?:video|image)|image.?to.?video|\b[ti]2[vi]/.test(words) ||
    tells(words, [/create|make/, /video|clip|scene|intro|image/])
  );
}
