import type { ComposerText, Intent } from '../../src/protocol/messages.ts';
import type { ViewMemory } from '../view-memory.ts';

/** The host is told at most so often, in ms. */
const pauseMs = 300;

/** What a snapshot says of the composer. */
interface Told {
  readonly session?: string;
  readonly composer?: ComposerText;
}

/** The one that was written last; `kept` where both are as old. */
function newerOf(ours: ComposerText | undefined, kept: ComposerText | undefined): ComposerText | undefined {
  return ours && ours.atMs > (kept?.atMs ?? 0) ? ours : kept;
}

/**
 * What is being written, for each session. The page remembers it, but the editor puts that on disk only every few seconds;
 * so the host is told too, and whichever of the two is newer is shown by the page that comes next.
 */
export class ComposerDraft {
  readonly #memory: ViewMemory;
  readonly #tell: (intent: Extract<Intent, { type: 'draftChanged' }>) => void;
  /** Empty before the first snapshot. */
  #session = '';
  /** What this page left in other sessions: the host may not have heard of it yet when it shows one of them again. */
  readonly #left = new Map<string, ComposerText>();
  #toldAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(memory: ViewMemory, tell: (intent: Extract<Intent, { type: 'draftChanged' }>) => void) {
    this.#memory = memory;
    this.#tell = tell;
    window.addEventListener('pagehide', () => this.tellNow());
  }

  /** The page begins with a session; returns what stands in its composer. */
  begin({ session = '', composer: kept }: Told): string {
    const { composer: text, composerAtMs: atMs, composerSession } = this.#memory.state;
    this.#session = session;
    const isOurs = (composerSession === '' || composerSession === session) && atMs >= (kept?.atMs ?? 0);
    const shown = isOurs ? { text, atMs } : (kept ?? { text: '', atMs: 0 });
    this.#remember(shown);
    if (shown.text !== (kept?.text ?? '')) this.#tellSoon();
    return shown.text;
  }

  /** Another session is shown from now on: returns what stands in its composer; `undefined` where it is the same one. */
  follow({ session, composer }: Told): string | undefined {
    if (session === undefined || session === this.#session) return undefined;
    // What was written last belongs to where it was written.
    this.tellNow();
    const { composer: text, composerAtMs: atMs } = this.#memory.state;
    this.#left.set(this.#session, { text, atMs });
    this.#session = session;
    const ours = this.#left.get(session);
    const shown = newerOf(ours, composer) ?? { text: '', atMs: 0 };
    this.#remember(shown);
    return shown.text;
  }

  /** Something was written. */
  changed(text: string): void {
    if (text === this.#memory.state.composer) return;
    this.#remember({ text, atMs: Date.now() });
    this.#tellSoon();
  }

  /** Tells the host what it has not heard yet. */
  tellNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#say();
  }

  #remember({ text, atMs }: ComposerText): void {
    this.#memory.set({ composer: text, composerAtMs: atMs, composerSession: this.#session }, true);
  }

  /** The first change at once, since the page may be gone a moment later; what follows it in a while. */
  #tellSoon(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#toldAtMs + pauseMs - Date.now();
    if (wait > 0) this.#timer = setTimeout(() => this.tellNow(), wait);
    else this.#say();
  }

  #say(): void {
    this.#toldAtMs = Date.now();
    const { composer: text, composerAtMs: atMs } = this.#memory.state;
    if (this.#session !== '') this.#tell({ type: 'draftChanged', session: this.#session, text, atMs });
  }
}
