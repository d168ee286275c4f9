import * as z from 'zod';

import { chatMessage } from '../protocol/messages.ts';

const mediaFile = z.object({
  name: z.string(),
  type: z.string(),
  url: z.string(),
  duration: z.exactOptional(z.number()),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
  fps: z.exactOptional(z.number()),
  hash: z.exactOptional(z.string()),
  /** URI of the file that was uploaded, on this machine or in another file system of the editor; none for web addresses. */
  localUri: z.exactOptional(z.string()),
  /** What that file was then: its length in bytes, and when it was last changed, in ms since the Unix epoch. */
  localBytes: z.exactOptional(z.number()),
  localModifiedMs: z.exactOptional(z.number()),
});

/** A file that was uploaded into a session. */
export type SessionMedia = z.infer<typeof mediaFile>;

const versionSeen = z.object({
  number: z.number(),
  atMs: z.number(),
  /** The user's message after which it was seen; none where it was seen before the first. */
  messageId: z.exactOptional(z.string()),
});

/** When a draft was first seen, and after which message. */
export type VersionSeen = z.infer<typeof versionSeen>;

const sessionRecord = z.object({
  /** Ours; the service's is `sessionId`. */
  id: z.string(),
  name: z.string(),
  /** The user chose the name. */
  named: z.boolean(),
  /** Origin of the service that it lives on. */
  origin: z.string(),
  /** The service's names for it; absent until it was created there. */
  sessionId: z.exactOptional(z.string()),
  taskId: z.exactOptional(z.string()),
  userId: z.exactOptional(z.string()),
  /** Whose token it was when the service named that user: see `TokenStore.owner`. */
  userOf: z.exactOptional(z.string()),
  /** The user signed out: the chat is kept to read. */
  closed: z.boolean(),
  createdAtMs: z.number(),
  usedAtMs: z.number(),
  messages: z.array(chatMessage),
  /** What waits is sent only when the user says so: see `ChatState.queueHeld`. */
  queueHeld: z.exactOptional(z.boolean()),
  /** Uploads that were under way; what is still here after a start was cut off. */
  uploading: z.array(z.object({ id: z.string(), name: z.string(), target: z.string() })),
  /** Files that were uploaded into it. */
  media: z.array(mediaFile),
  /** What stood in the composer, and since when by the page's clock. */
  composer: z.exactOptional(z.object({ text: z.string(), atMs: z.number() })),
  /** Number of the newest draft that was seen; 0 where there was none. */
  version: z.number(),
  /** Each draft that was seen, the oldest first; the drafts themselves are files of their own. */
  versions: z.exactOptional(z.array(versionSeen)),
  /** A message that left and whose turn is not over. `beforeVersion` is the draft before it. */
  pendingTurn: z.exactOptional(
    z.object({
      messageId: z.string(),
      answerId: z.string(),
      sentAtMs: z.number(),
      beforeVersion: z.number(),
      /** Its answer counts as complete, since `sinceMs`, and something may still come to it. */
      complete: z.exactOptional(z.object({ following: z.enum(['stream', 'state']), sinceMs: z.number() })),
    }),
  ),
  /** The message that left last, once its turn is over: what changes before anything else is done comes of it. */
  lastTurn: z.exactOptional(
    z.object({
      messageId: z.string(),
      answerId: z.string(),
      beforeVersion: z.number(),
      outcome: z.enum(['answered', 'silent', 'question', 'failed', 'cancelled']),
    }),
  ),
});

/** One session with its chat, as it is on disk. */
export type SessionRecord = z.infer<typeof sessionRecord>;

/** What a session becomes whose user signed out: a chat to read, which nothing leads back to the service. */
export const signedOutRecord = {
  closed: true,
  sessionId: undefined,
  taskId: undefined,
  userId: undefined,
  userOf: undefined,
  pendingTurn: undefined,
  lastTurn: undefined,
} as const;

/**
 * What a session's file holds, as far as it can be read; `undefined` where that is no session.
 * One entry that cannot be read (written by another version) must not take the chat with it.
 */
export function readSessionRecord(json: unknown): SessionRecord | undefined {
  const whole = sessionRecord.safeParse(json);
  if (whole.success) return whole.data;
  const rest = sessionRecord.extend({ messages: z.array(z.unknown()), media: z.array(z.unknown()) }).safeParse(json);
  if (!rest.success) return undefined;
  const { messages, media } = rest.data;
  return { ...rest.data, messages: readable(chatMessage, messages), media: readable(mediaFile, media) };
}

function readable<T>(entry: z.core.$ZodType<T>, given: readonly unknown[]): T[] {
  return given.flatMap((one) => {
    const read = z.safeParse(entry, one);
    return read.success ? [read.data] : [];
  });
}
