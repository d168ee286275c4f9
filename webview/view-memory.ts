import * as z from 'zod/mini';

import { mediaPlace } from '../src/protocol/messages.ts';
import type { EditorApi } from './host-link.ts';

/**
 * What the page itself remembers while it is hidden, moved or reloaded: where people were, never what the host knows.
 * Each field falls back on its own, so that a page of another version keeps what it understands.
 */
const memory = z.object({
  /** What stands in the composer, since when, and in which session; the session is empty where nobody said. */
  composer: z.catch(z.string(), ''),
  composerAtMs: z.catch(z.number(), 0),
  composerSession: z.catch(z.string(), ''),
  /** A message on its way to the host whose arrival was not confirmed yet. */
  sending: z.catch(z.nullable(z.object({ text: z.string(), atMs: z.number() })), null),
  /** What is being chosen in the cards of questions whose answer was not sent yet. */
  questions: z.catch(
    z.array(
      z.object({
        messageId: z.string(),
        drafts: z.array(
          z.object({ questionId: z.string(), optionIds: z.array(z.string()), isOther: z.boolean(), other: z.string() }),
        ),
      }),
    ),
    [],
  ),
  /** Place in the chat: null follows the end; else the topmost message and how far it is scrolled past, in px. */
  scroll: z.catch(z.nullable(z.object({ id: z.string(), px: z.number() })), null),
  timelineOpen: z.catch(z.boolean(), true),
  /** Height of the timeline above the chat, and its width beside it, in px; null is as much as it needs. */
  timelineHeight: z.catch(z.nullable(z.number()), null),
  timelineWidth: z.catch(z.nullable(z.number()), null),
  /** Null shows everything. */
  zoom: z.catch(z.nullable(z.object({ startMs: z.number(), msPerPx: z.number() })), null),
  playheadMs: z.catch(z.number(), 0),
  selectedClip: z.catch(z.nullable(z.string()), null),
  /** Since when changes are marked on the timeline. */
  changedSince: z.catch(
    z.union([z.enum(['off', 'lastMessage']), z.object({ number: z.number(), atMs: z.number(), label: z.string() })]),
    'lastMessage',
  ),
  /** What the preview shows, and where it stands, in seconds of the file. */
  preview: z.catch(z.nullable(z.object({ place: mediaPlace, seconds: z.nullable(z.number()) })), null),
  /** How loud previews are, from 0 to 1. */
  loudness: z.catch(z.object({ volume: z.number(), muted: z.boolean() }), { volume: 1, muted: false }),
});

/** See {@link memory}. */
export type Remembered = z.infer<typeof memory>;

/** Keeps {@link Remembered} in the editor's own store for the page. */
export class ViewMemory {
  readonly #api: EditorApi;
  #state: Remembered;
  /** Where the reader was in the chat when the page was left; undefined follows the end. */
  readonly firstPlace: { readonly id: string; readonly px: number } | undefined;
  /** The timeline's view when the page was left. */
  readonly firstTimelinePlace: Pick<Remembered, 'zoom' | 'playheadMs' | 'selectedClip' | 'changedSince'>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: EditorApi) {
    this.#api = api;
    const parsed = memory.safeParse(api.getState() ?? {});
    this.#state = parsed.success ? parsed.data : memory.parse({});
    this.firstPlace = this.#state.scroll ?? undefined;
    this.firstTimelinePlace = this.#state;
    window.addEventListener('pagehide', () => this.#write());
    document.addEventListener('visibilitychange', () => this.#write());
  }

  get state(): Remembered {
    return this.#state;
  }

  /** Changes fields; written at once with `now`, else with the next quiet moment. */
  set(fields: Partial<Remembered>, now = false): void {
    this.#state = { ...this.#state, ...fields };
    if (now) {
      this.#write();
      return;
    }
    this.#timer ??= setTimeout(() => this.#write(), 150);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#api.setState(this.#state);
  }
}
