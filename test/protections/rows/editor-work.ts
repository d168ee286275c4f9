import { type Protection, protectionsIn } from '../protection.ts';

const jobs = 'test/host/render-jobs.test.ts';
const sessions = 'test/host/sessions.test.ts';
const heldQueue = 'test/host/held-queue.test.ts';

/** The editor's side: exports, sessions, and what commands and messages may have it do. */
export const editorWorkProtections: readonly Protection[] = [
  ...protectionsIn('src/editor/session-media-uri.ts', [
    {
      name: 'a drag holds no address of the service',
      remove: 'query: keyOf(item) });',
      replaceWith: "query: item.url ?? '' });",
      tests: 'test/host/preview.test.ts',
      only: 'a finished export is dragged as its file, and media by a name that holds no address',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/connection.ts', [
    {
      name: 'nobody is offered to register as whoever used another token before',
      remove: 'userOf === undefined ? undefined : this.#users.get(userOf)',
      replaceWith: '[...this.#users.values()].at(-1)',
      tests: 'test/host/registration-link.test.ts',
      only: 'is not offered to who comes with another token, in the name of who came before',
    },
    {
      name: 'who signed in is not offered to register',
      remove: 'isSignedIn: () => tokens.isGiven,',
      replaceWith: 'isSignedIn: () => false,',
      tests: 'test/host/registration-link.test.ts',
      only: 'is not offered to who signed in, in another window too',
    },
  ]),
  ...protectionsIn('src/editor/place-remote-file.ts', [
    {
      name: 'a video never takes the place of a file of another file system',
      remove: '{ overwrite: false }',
      replaceWith: '{ overwrite: true }',
      tests: jobs,
      only: 'are never over a file that comes at the last moment',
    },
    {
      name: 'a file of the user’s in another file system is not removed',
      remove: 'if (isCopy) await vscode.workspace.fs.delete(announced);',
      replaceWith: 'await vscode.workspace.fs.delete(announced);',
      tests: jobs,
      only: 'that were cut off find another name where the place was taken since',
    },
  ]),
  ...protectionsIn('src/editor/render-jobs.ts', [
    {
      name: 'an export is driven by one window',
      remove: 'FileLock.take(folder.lockPath(id))',
      replaceWith: 'FileLock.take(folder.lockPath(`${id}-${Math.random()}`))',
      tests: jobs,
      only: 'are driven by one of several windows, and seen by all',
    },
    {
      name: 'an export of another service rests',
      remove: 'if (!isOver(job) && job.origin === this.#options.origin()) this.#drive(job.id);',
      replaceWith: 'if (!isOver(job)) this.#drive(job.id);',
      tests: jobs,
      only: 'of another service rest',
    },
  ]),
  ...protectionsIn('src/editor/render-phases.ts', [
    {
      name: 'an export that was cancelled stays cancelled',
      remove: 'if (!written || isOver(written)) await rm(folder.cancelPath(job.id), { force: true });',
      replaceWith: 'await rm(folder.cancelPath(job.id), { force: true });',
      tests: jobs,
      only: 'that were cancelled on a full disk are not gone on with by the next window',
    },
    {
      name: 'a render is ordered anew once only',
      remove: 'if (job.attempt === 1) {',
      replaceWith: 'if (job.attempt < 5) {',
      tests: jobs,
      only: 'that the service fails to render a second time fail',
    },
  ]),
  ...protectionsIn('src/editor/service-turns.ts', [
    {
      name: 'a message is on disk before it leaves',
      remove: 'await shown.keep();\n        signal.throwIfAborted();',
      replaceWith: 'signal.throwIfAborted();',
      tests: sessions,
      only: 'have the message on disk before it is sent',
    },
    {
      name: 'a message that was taken is not sent into the next session',
      remove: '&& result.notTaken && !signal.aborted) {',
      replaceWith: '&& !signal.aborted) {',
      tests: sessions,
      only: 'do not get a message twice that was taken before the service forgot them',
    },
    {
      name: 'a message that was not taken is said to have used no credits',
      remove: 'result.notTaken ? undefined : creditsBefore',
      replaceWith: 'creditsBefore',
      tests: 'test/host/registration-link.test.ts',
      only: 'is offered by a refusal that says nothing of credits used',
    },
  ]),
  ...protectionsIn('src/editor/service-session.ts', [
    {
      name: 'a session is asked of its own service alone',
      remove: 'throw onAnotherService(origin);',
      replaceWith: '',
      tests: sessions,
      only: 'are asked of no other service than their own, and say so',
    },
  ]),
  ...protectionsIn('src/editor/export-by-word.ts', [
    {
      name: 'nothing is exported that is not what the message asks for',
      remove:
        "if (wishes.impossible.length > 0) return notPossible(wishes, /\\p{Script=Han}/u.test(text) ? 'zh' : 'en');",
      replaceWith: '',
      tests: 'test/host/export-by-word.test.ts',
      only: 'is not begun where the message wants what the service cannot do',
    },
  ]),
  ...protectionsIn('src/editor/named-export-place.ts', [
    {
      name: 'nothing is rendered for a place that takes no file',
      remove: "if (uri.scheme === 'file') await refuseUnwritable(uri);",
      replaceWith: '',
      tests: 'test/host/export-by-word.test.ts',
      only: 'is not begun for a place that takes no file',
    },
  ]),
  ...protectionsIn('src/editor/offered-messages.ts', [
    {
      name: 'a button that sends can be pressed once',
      remove: 'this.#shown.patch(messageId, { actions: left.length > 0 ? left : undefined });',
      replaceWith: '',
      tests: sessions,
      only: 'send the message again that an answer belongs to, whatever else was asked meanwhile, and once',
    },
    {
      name: 'a button sends what it was offered for, and nothing else',
      remove: 'if (others.length < offered.length) await this.#send(text, messageId, others, answers);',
      replaceWith: 'await this.#send(text, messageId, others, answers);',
      tests: sessions,
      only: 'send by a button what it was offered for, and nothing else',
    },
  ]),
  ...protectionsIn('src/editor/session-messages.ts', [
    {
      name: 'what waited for long is not sent by itself',
      remove: 'const isMeant = isHeld || pendingTurn !== undefined || now - message.atMs < stillMeantMs;',
      replaceWith: 'const isMeant = now > 0;',
      tests: sessions,
      only: 'do not send by themselves what waited for long',
    },
    {
      name: 'Stop sends nothing that waits',
      remove: 'this.#queue.hold();\n      shown.do((state) => setQueueHeld(state, true));',
      replaceWith: 'shown.do((state) => setQueueHeld(state, true));',
      tests: heldQueue,
      only: 'is not sent, until “Send Next” lets all of it go on',
    },
    {
      name: 'what is held is not sent by the next window',
      remove: 'if (isHeld) this.#queue.hold();',
      replaceWith: '',
      tests: heldQueue,
      only: 'is held over a reload too',
    },
    {
      name: 'what waited for a file that was cut off is not sent by itself',
      remove: 'if (isMeant && isWhole && !closed &&',
      replaceWith: 'if (isMeant && !closed &&',
      tests: sessions,
      only: 'do not send by itself what waited behind another with a file that was cut off',
    },
  ]),
  ...protectionsIn('src/editor/named-files.ts', [
    {
      name: 'a message has no file uploaded from outside of the workspace',
      remove: "if ((await placeInWorkspace(uri)).kind !== 'outside') files.push(uri);",
      replaceWith: 'files.push(uri);',
      tests: sessions,
      only: 'upload nothing from outside of the workspace because a message names it',
    },
    {
      name: 'where the person chooses none of several files, none is uploaded',
      remove: 'if (!chosen) return { targets: [], missing: [], shared: [], isDeclined: true };',
      replaceWith: 'if (!chosen) continue;',
      tests: 'test/host/upload-by-word.test.ts',
      only: 'is not uploaded where the person leaves the list',
    },
    {
      name: 'of several files of one name none is uploaded unasked',
      remove: 'else if (!choose) shared.push({ name, paths: files.map(pathInWorkspace) });',
      replaceWith: 'else if (!choose) targets.push(only);',
      tests: 'test/host/upload-by-word.test.ts',
      only: 'is named with its folders to a caller who cannot be asked',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/export-by-word.ts', [
    {
      name: 'a program’s message exports to no folder that the person did not agree to',
      remove: 'target: { uri, isByPerson }',
      replaceWith: 'target: { uri, isByPerson: true }',
      tests: 'test/host/export-by-word.test.ts',
      only: 'by another extension goes nowhere that the person did not agree to',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/pace.ts', [
    {
      name: 'time is hastened in tests alone',
      remove: 'if (mode !== vscode.ExtensionMode.Test || !(scale > 1))',
      replaceWith: 'if (!(scale > 1))',
      tests: 'test/host/settings.test.ts',
      only: 'have time hastened where an extension is tested, and nowhere else',
    },
  ]),
  ...protectionsIn('src/editor/tree/tree-drop.ts', [
    {
      name: 'rows of the tree are not uploaded to it',
      remove: 'if (transfer.get(ownDrag)) return { uris: [], files: [] };',
      replaceWith: '',
      tests: 'test/host/preview.test.ts',
      only: 'what is no media is not read, and rows of the tree itself are no files',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/commands/block-argument.ts', [
    {
      name: 'the block commands take blocks alone',
      remove: 'if (!data) throw badArgument();\n  return data;',
      replaceWith: 'return data ?? (value as BlockContext);',
      tests: 'test/host/buttons.test.ts',
      only: 'take nothing but a block of an answer',
    },
  ]),
  ...protectionsIn('src/protocol/block-context.ts', [
    {
      name: 'the block commands take the context of blocks alone',
      remove: "webviewSection: z.literal('block'),",
      replaceWith: '',
      tests: 'test/host/buttons.test.ts',
      only: 'take nothing but a block of an answer',
    },
  ]),
  ...protectionsIn('src/editor/export-target.ts', [
    {
      name: 'the name of a video leads to no other folder',
      remove: 'return `${safeFileName(stem, fallback)}${extension}`;',
      replaceWith: 'return `${stem}${extension}`;',
      tests: 'test/host/export-target.test.ts',
      only: 'is one name in that folder, whatever the session is called',
    },
  ]),
];
