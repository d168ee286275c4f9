import * as z from 'zod/mini';

import { nextStepKinds } from '../client/next-step.ts';
import type { ChatMessage, ChatState } from '../conversation/chat-state.ts';

/**
 * Every message between the editor side («host») and the webview («view»), in both directions. Both ends parse what
 * arrives; what does not parse is answered with an error and changes nothing.
 *
 * Handshake: the view says `ready` and gets one `snapshot`; from then on it gets deltas. A view that finds that a delta
 * does not fit (text at the wrong offset, unknown message) says `ready` again.
 */

const nextStep = z.object({
  kind: z.enum(nextStepKinds),
  label: z.string(),
  argument: z.exactOptional(z.string()),
});

const formerPlace = z.object({
  trackIndex: z.number(),
  trackTitle: z.exactOptional(z.string()),
  title: z.string(),
  startMs: z.number(),
  endMs: z.number(),
});

const change = z.object({
  kind: z.enum(['added', 'removed', 'changed', 'moved']),
  trackIndex: z.number(),
  trackKind: z.enum(['video', 'audio', 'text', 'other']),
  clipId: z.exactOptional(z.string()),
  clipIds: z.exactOptional(z.array(z.string())),
  title: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  formerly: z.exactOptional(z.array(formerPlace)),
  sentence: z.string(),
});

const clip = z.object({
  id: z.string(),
  title: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  sourceStartMs: z.exactOptional(z.number()),
  source: z.exactOptional(z.string()),
  volume: z.exactOptional(z.number()),
  text: z.exactOptional(z.string()),
  speed: z.exactOptional(z.number()),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
  effects: z.exactOptional(z.array(z.string())),
});

const timeline = z.object({
  tracks: z.array(
    z.object({
      index: z.number(),
      kind: z.enum(['video', 'audio', 'text', 'other']),
      typeCode: z.exactOptional(z.number()),
      title: z.string(),
      clips: z.array(clip),
    }),
  ),
  durationMs: z.number(),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
});

const agentQuestion = z.object({
  id: z.string(),
  prompt: z.string(),
  options: z.array(z.object({ id: z.string(), label: z.string() })),
  allowMultiple: z.boolean(),
});

const questionChoice = z.object({
  questionId: z.string(),
  optionIds: z.array(z.string()),
  other: z.exactOptional(z.string()),
});

const askedQuestion = z.object({
  questions: z.array(agentQuestion),
  answer: z.exactOptional(z.object({ choices: z.array(questionChoice) })),
});

export const chatMessage = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant', 'notice']),
  text: z.string(),
  atMs: z.number(),
  state: z.enum(['queued', 'sent', 'running', 'done', 'failed', 'cancelled']),
  activity: z.exactOptional(z.object({ label: z.string(), sinceMs: z.number() })),
  stillWorkingMs: z.exactOptional(z.number()),
  following: z.exactOptional(z.enum(['stream', 'state'])),
  question: z.exactOptional(askedQuestion),
  changes: z.exactOptional(z.array(change)),
  finding: z.exactOptional(z.object({ text: z.string(), actions: z.array(nextStep) })),
  actions: z.exactOptional(z.array(nextStep)),
  error: z.exactOptional(z.object({ code: z.string(), message: z.string() })),
  creditsSpent: z.exactOptional(z.number()),
  attachments: z.exactOptional(z.array(z.string())),
  answerTo: z.exactOptional(z.string()),
  answers: z.exactOptional(z.string()),
});

const credits = z.object({ available: z.number(), frozen: z.number(), total: z.number() });

const connection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('notConnected') }),
  z.object({ kind: z.literal('connecting') }),
  z.object({ kind: z.literal('connected'), anonymous: z.boolean(), credits: z.exactOptional(credits) }),
  z.object({ kind: z.literal('failed'), message: z.string(), steps: z.array(nextStep) }),
]);

const transfer = z.object({
  id: z.string(),
  kind: z.enum(['upload', 'render']),
  name: z.string(),
  phase: z.enum(['waiting', 'sending', 'rendering', 'downloading', 'done', 'failed', 'cancelled']),
  percent: z.exactOptional(z.number()),
  bytesPerSecond: z.exactOptional(z.number()),
  message: z.exactOptional(z.string()),
  actions: z.array(nextStep),
});

const attachment = z.object({
  id: z.string(),
  name: z.string(),
  transferId: z.exactOptional(z.string()),
  state: z.enum(['uploading', 'ready', 'failed']),
});

const skill = z.object({
  name: z.string(),
  displayName: z.string(),
  tagline: z.string(),
  greeting: z.string(),
  prompts: z.array(z.string()),
  workflows: z.array(z.object({ name: z.string(), steps: z.string() })),
  tips: z.array(z.string()),
});

const chatState = z.object({
  connection,
  skill,
  skills: z.array(z.object({ name: z.string(), displayName: z.string() })),
  sessionName: z.string(),
  messages: z.array(chatMessage),
  queueHeld: z.exactOptional(z.boolean()),
  timeline,
  transfers: z.array(transfer),
  attachments: z.array(attachment),
});

/** What a preview shows: a clip of the timeline, an upload or generated media by its address, or a finished render. */
export const mediaPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clip'), clipId: z.string() }),
  z.object({ kind: z.literal('media'), url: z.string() }),
  z.object({ kind: z.literal('render'), jobId: z.string() }),
]);

/** Media that was opened for the view: its bytes are read with `readMedia`. */
const openedMedia = z.object({
  /** For `readMedia` and `closeMedia`; means nothing after a reload. */
  id: z.string(),
  name: z.string(),
  kind: z.enum(['video', 'audio', 'image']),
  /** Length of the file in bytes. */
  bytes: z.number(),
  /** The same while the content is the same: a key for what was drawn of it. */
  fingerprint: z.string(),
  /** Lies in a file system of the editor; else it comes from the service's storage. */
  isFile: z.boolean(),
});

/** What stands in a composer, and since when by the page's clock, in ms since the Unix epoch. */
const composerText = z.object({ text: z.string(), atMs: z.number() });

/** A draft that was seen before, for «changed since». */
const version = z.object({ number: z.number(), atMs: z.number(), label: z.string() });

/** From the host to the view. */
export const hostMessage = z.discriminatedUnion('type', [
  /** The whole state, and the strings of the user's language (English where absent). Answers `ready`. */
  z.object({
    type: z.literal('snapshot'),
    state: chatState,
    /** Id of the session that is shown: another one than before has another text in the composer. */
    session: z.exactOptional(z.string()),
    /** What stood in the session's composer when the host heard of it last; none for a page without a composer. */
    composer: z.exactOptional(composerText),
    strings: z.exactOptional(z.record(z.string(), z.unknown())),
  }),
  /** A message was added: behind the message `after`, or at the end. */
  z.object({ type: z.literal('messageAdded'), message: chatMessage, after: z.exactOptional(z.string()) }),
  /** A message changed in anything but its text; the whole of it without the text, so that absent means absent. */
  z.object({ type: z.literal('messageChanged'), id: z.string(), message: z.omit(chatMessage, { text: true }) }),
  /** `text` is appended to the message at the offset `at` (UTF-16 units). */
  z.object({ type: z.literal('textAppended'), id: z.string(), at: z.number(), text: z.string() }),
  /** A user's message changed its text while it was queued, or an answer turned out to say something else. */
  z.object({ type: z.literal('textReplaced'), id: z.string(), text: z.string() }),
  z.object({ type: z.literal('messageRemoved'), id: z.string() }),
  /** What waits in the queue is held from now on, or goes on. */
  z.object({ type: z.literal('queueHeldChanged'), held: z.boolean() }),
  z.object({ type: z.literal('connectionChanged'), connection }),
  z.object({ type: z.literal('timelineChanged'), timeline }),
  z.object({ type: z.literal('transfersChanged'), transfers: z.array(transfer) }),
  z.object({ type: z.literal('attachmentsChanged'), attachments: z.array(attachment) }),
  /** Puts text into the composer (at the cursor; in place of everything with `replace`) and focuses it. */
  z.object({ type: z.literal('compose'), text: z.string(), replace: z.boolean() }),
  /** Opens a preview. */
  z.object({ type: z.literal('preview'), place: mediaPlace }),
  /** Shows a change's spot on the timeline. */
  z.object({ type: z.literal('reveal'), change }),
  /** Answers the intent `to`, with what it asked for. */
  z.object({
    type: z.literal('reply'),
    to: z.number(),
    ok: z.literal(true),
    /** Of `openMedia`. */
    media: z.exactOptional(openedMedia),
    /** Of `readMedia`: what was asked for, or less at the end of the file. */
    bytes: z.exactOptional(z.instanceof(Uint8Array)),
    /** Of `decodeSound`: what the bytes are, 16-bit samples, interleaved. */
    sound: z.exactOptional(z.object({ sampleRate: z.number(), channels: z.number() })),
    /** Of `offerFile`: the id under which its bytes are taken. */
    fileId: z.exactOptional(z.string()),
    /** Of `listVersions`, the newest first, without the one that is shown. */
    versions: z.exactOptional(z.array(version)),
    /** Of `changesSince`. */
    changes: z.exactOptional(z.array(change)),
  }),
  z.object({
    type: z.literal('refusal'),
    to: z.number(),
    code: z.string(),
    message: z.string(),
    steps: z.array(nextStep),
  }),
]);

/** What a person meant, from the view to the host. */
export const intent = z.discriminatedUnion('type', [
  /** The page is loaded, or found that it missed something: asks for a snapshot. */
  z.object({ type: z.literal('ready') }),
  /** Send the composer's text; while a turn runs it is queued. */
  z.object({ type: z.literal('send'), text: z.string() }),
  /** What stands in the composer of a session changed: kept by the host, for the page that comes after this one. */
  z.object({ type: z.literal('draftChanged'), session: z.string(), text: z.string(), atMs: z.number() }),
  /** Send what was chosen of the question in a message. */
  z.object({ type: z.literal('answerQuestion'), messageId: z.string(), choices: z.array(questionChoice) }),
  /** Stop the running turn, which holds what waits behind it, or what is still awaited of the last answer. */
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('editQueued'), id: z.string(), text: z.string() }),
  z.object({ type: z.literal('removeQueued'), id: z.string() }),
  /** Go on with all that waits since the queue was held. */
  z.object({ type: z.literal('sendNext') }),
  /** A button was pressed; `messageId` is the message that it stood under. */
  z.object({ type: z.literal('act'), step: nextStep, messageId: z.exactOptional(z.string()) }),
  /** Pick files to attach. */
  z.object({ type: z.literal('pickFiles') }),
  /** Files were dropped or pasted as URIs (of any scheme). */
  z.object({ type: z.literal('attachUris'), uris: z.array(z.string()) }),
  z.object({ type: z.literal('removeAttachment'), id: z.string() }),
  z.object({ type: z.literal('selectSkill'), name: z.string() }),
  /** Open a web address through the editor's trust prompt; http and https only. */
  z.object({ type: z.literal('openLink'), url: z.string() }),
  z.object({ type: z.literal('copy'), text: z.string() }),
  z.object({ type: z.literal('openAsDocument'), text: z.string(), language: z.string() }),
  z.object({ type: z.literal('insertAtCursor'), text: z.string() }),
  /** Wants to read the bytes behind something; with `fileOnly` not those that would have to be fetched from the service. */
  z.object({ type: z.literal('openMedia'), place: mediaPlace, fileOnly: z.exactOptional(z.boolean()) }),
  /** Bytes from `start` up to `end`, at most {@link mostMediaBytes} at a time. */
  z.object({ type: z.literal('readMedia'), id: z.string(), start: z.number(), end: z.number() }),
  z.object({ type: z.literal('closeMedia'), id: z.string() }),
  /** A piece of AAC with ADTS headers that the page cannot decode; answered where a decoder is installed. */
  z.object({ type: z.literal('decodeSound'), bytes: z.instanceof(Uint8Array) }),
  /** Open it with the system's own player. */
  z.object({ type: z.literal('openMediaOutside'), place: mediaPlace }),
  /** A file that was dropped or pasted without an address: its bytes follow, piece by piece, each acknowledged. */
  z.object({ type: z.literal('offerFile'), name: z.string(), bytes: z.number() }),
  /** `at` is the offset in bytes. */
  z.object({ type: z.literal('fileBytes'), fileId: z.string(), at: z.number(), bytes: z.instanceof(Uint8Array) }),
  /** All of it is there: upload it. */
  z.object({ type: z.literal('fileComplete'), fileId: z.string() }),
  z.object({ type: z.literal('fileWithdrawn'), fileId: z.string() }),
  /** The drafts that were seen before. */
  z.object({ type: z.literal('listVersions') }),
  /** What changed from that version to the timeline as it is. */
  z.object({ type: z.literal('changesSince'), version: z.number() }),
  /** Put text into the composer of the side panel and show it; from a page that has no composer. */
  z.object({ type: z.literal('composeInChat'), text: z.string(), replace: z.boolean() }),
  /** Show a change's spot in the timeline's editor tab too, where that is seen. */
  z.object({ type: z.literal('revealChange'), change }),
  /** Open the timeline in an editor tab. */
  z.object({ type: z.literal('openTimelineInEditor') }),
  /** Something broke in the page; for the log. */
  z.object({ type: z.literal('viewFault'), message: z.string() }),
]);

/** What really travels from the view: an intent with a number, which the host answers exactly once. */
export const viewMessage = z.object({ request: z.number(), intent });

/** At most as many bytes go with one message, in either direction: the wire copies them several times. */
export const mostMediaBytes = 1024 * 1024;

/** What an intent may be answered with. */
export type ReplyValue = Omit<Extract<HostMessage, { type: 'reply' }>, 'type' | 'to' | 'ok'>;
export type ComposerText = z.infer<typeof composerText>;
export type MediaPlace = z.infer<typeof mediaPlace>;
export type OpenedMedia = z.infer<typeof openedMedia>;
export type VersionView = z.infer<typeof version>;
export type HostMessage = z.infer<typeof hostMessage>;
export type Intent = z.infer<typeof intent>;
export type ViewMessage = z.infer<typeof viewMessage>;

/** Holds the schema and the types of the chat state together: a drift of one is a compile error here. */
type SameShape<A extends B, B> = A;
export type SnapshotState = SameShape<z.infer<typeof chatState>, Mutable<ChatState>>;
export type SnapshotMessage = SameShape<z.infer<typeof chatMessage>, Mutable<ChatMessage>>;
type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;
