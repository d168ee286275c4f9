import { type Protection, protectionsIn } from '../protection.ts';

const drafts = 'test/unit/timeline/read-draft.test.ts';
const largeDraft = 'stays within bounds however large the draft is';
const longNames = 'stays within bounds however long its names and texts are';
const plainNames = 'keeps line breaks in a text and none in a name, and no control or direction marks';
const jobs = 'test/host/render-jobs.test.ts';

/** How much of what others say is read, kept, drawn and done at a time. */
export const limitProtections: readonly Protection[] = [
  ...protectionsIn('src/timeline/read-draft.ts', [
    {
      name: 'the tracks of a draft are limited',
      remove: '.slice(0, most.tracks)',
      replaceWith: '',
      tests: drafts,
      only: largeDraft,
    },
    {
      name: 'the clips of a draft are limited',
      remove: '.filter(isKeyed).slice(0, room)',
      replaceWith: '.filter(isKeyed)',
      tests: drafts,
      only: largeDraft,
    },
    {
      name: 'the length of a draft is limited',
      remove: 'Math.min(most.ms, Math.max(0, ms))',
      replaceWith: 'Math.max(0, ms)',
      tests: drafts,
      only: largeDraft,
    },
    {
      name: 'the texts of a draft are limited',
      remove: 'value.slice(0, most.text)',
      replaceWith: 'value',
      tests: drafts,
      only: longNames,
    },
    {
      name: 'the addresses of a draft are limited',
      remove: '|| value.length > most.address) return',
      replaceWith: ') return',
      tests: drafts,
      only: longNames,
    },
    {
      name: 'the effects of a draft are limited',
      remove: 'found.slice(0, most.effects)',
      replaceWith: 'found',
      tests: drafts,
      only: longNames,
    },
    {
      name: 'no control or direction mark of a draft is shown',
      remove: '[\\p{Cc}\\u202a-\\u202e\\u2066-\\u2069]/gu',
      replaceWith: '[\\u0001]/gu',
      tests: drafts,
      only: plainNames,
    },
  ]),
  ...protectionsIn('src/timeline/difference.ts', [
    {
      name: 'the changes that are told are limited',
      remove: 'const mostChanges = 40;',
      replaceWith: 'const mostChanges = 40_000;',
      tests: 'test/unit/timeline/difference.test.ts',
      only: 'never fills the screen',
    },
  ]),
  ...protectionsIn('src/conversation/translate-gui.ts', [
    {
      name: 'the buttons under an answer are limited',
      remove: '&& this.#actions.length < mostActions) this',
      replaceWith: ') this',
      tests: 'test/unit/conversation/translate-gui.test.ts',
      only: 'offers each button once, and few',
    },
  ]),
  ...protectionsIn('src/editor/uploads.ts', [
    {
      name: 'files are uploaded to three sessions at a time',
      remove: 'const sessionsAtOnce = 3;',
      replaceWith: 'const sessionsAtOnce = 8;',
      tests: 'test/host/remote-files.test.ts',
      only: 'go one at a time into a session and into three sessions at a time',
    },
    {
      name: 'files go into a session one after the other',
      remove: 'if (this.#sending.has(place.session)) continue;',
      replaceWith: '',
      tests: 'test/host/clip-order.test.ts',
      only: 'lie in the order',
    },
  ]),
  ...protectionsIn('src/editor/render-jobs.ts', [
    {
      name: 'the exports that are over are limited',
      remove: 'const keptJobs = 30;',
      replaceWith: 'const keptJobs = 3000;',
      tests: jobs,
      only: 'that are over stay in the list up to thirty, and their videos for good',
    },
  ]),
  ...protectionsIn('src/editor/render-phases.ts', [
    {
      name: 'a render is not waited for without end',
      remove: 'const longestRenderMs = 30 * 60_000;',
      replaceWith: 'const longestRenderMs = 60 * 60_000;',
      tests: jobs,
      only: 'are given up after half an hour at the service',
    },
  ]),
  ...protectionsIn('webview/timeline/clip-pictures.ts', [
    {
      name: 'the files that the timeline has open are limited',
      remove: 'const mostOpen = 6;',
      replaceWith: 'const mostOpen = 600;',
      tests: 'test/unit/webview/clip-pictures.test.ts',
      only: 'keeps few files open: those that were not seen for the longest time are closed',
    },
    {
      name: 'the pictures that the timeline keeps are limited',
      remove: 'const mostPictureBytes = 64 * 1024 * 1024;',
      replaceWith: 'const mostPictureBytes = 2 ** 50;',
      tests: 'test/unit/webview/clip-pictures.test.ts',
      only: 'asks for no more than can be kept, so that it comes to an end',
    },
  ]),
];
