import type { Clip } from '../../src/timeline/timeline-model.ts';
import { standIns } from '../media/filmstrip.ts';
import { LeastRecentCache } from '../media/least-recent-cache.ts';
import { pictureHeightPx, type OpenPictures, type PictureMaker } from '../media/picture-maker.ts';

/** Pictures that are kept, in bytes; some 900 of 16:9. */
const mostPictureBytes = 64 * 1024 * 1024;
const mostPeakBytes = 2 * 1024 * 1024;
/** Sources that are open at once, and how many of them are worked on. */
const mostOpen = 6;
const mostAtWork = 2;
/** Pictures of one source that are asked for in one go. */
const mostInOneGo = 16;

/** What is known of a clip's source, also while its file is closed. */
export interface ClipSource {
  readonly fingerprint: string;
  readonly aspect: number | undefined;
  readonly isStill: boolean;
  readonly hasSound: boolean;
}

interface Source {
  /** A clip that shows it: the host knows clips. */
  readonly clipId: string;
  state: 'new' | 'opening' | 'known' | 'none';
  facts: ClipSource | undefined;
  maker: PictureMaker | undefined;
  usedAt: number;
  atWork: AbortController | undefined;
  /** Moments and pieces that the last drawing missed. */
  moments: Set<number>;
  pieces: Map<string, { readonly level: number; readonly piece: number }>;
}

/**
 * The pictures and sounds of clips, made after the drawing that missed them, what is seen first, and kept for the next
 * one. A drawing is framed by {@link begin} and {@link end}; in between it takes what is there.
 */
export class ClipPictures {
  readonly #open: OpenPictures;
  readonly #onMore: () => void;
  readonly #whenIdle: (work: () => void) => void;
  readonly #sources = new Map<string, Source>();
  readonly #images = new LeastRecentCache<ImageBitmap | null>(mostPictureBytes, (image) => image?.close());
  readonly #peaks = new LeastRecentCache<Uint8Array | null>(mostPeakBytes);
  #drawing = 0;
  /** Pictures that belong to this drawing, and what they take, in bytes. */
  readonly #shown = new Set<string>();
  #shownBytes = 0;
  #scheduled = false;
  #stopped = false;

  /**
   * @param open opens what a clip shows.
   * @param onMore is called when there is more to be drawn than at the last time.
   * @param whenIdle runs work when the page has nothing better to do.
   */
  constructor(open: OpenPictures, onMore: () => void, whenIdle: (work: () => void) => void = afterOtherWork) {
    this.#open = open;
    this.#onMore = onMore;
    this.#whenIdle = whenIdle;
  }

  /** A drawing begins. */
  begin(): void {
    this.#stopped = false;
    this.#drawing += 1;
    this.#shown.clear();
    this.#shownBytes = 0;
    for (const source of this.#sources.values()) {
      source.moments.clear();
      source.pieces.clear();
    }
  }

  /** A drawing ended: what it missed is made, what nobody sees any more is not. */
  end(): void {
    for (const source of this.#sources.values()) {
      if (source.moments.size === 0 && source.pieces.size === 0) source.atWork?.abort();
    }
    this.#schedule();
  }

  /** What a clip's source is like; undefined while, or where, that cannot be said. Asks for it. */
  source(clip: Clip): ClipSource | undefined {
    const key = clip.source ?? clip.id;
    let source = this.#sources.get(key);
    if (!source) {
      source = {
        clipId: clip.id,
        state: 'new',
        facts: undefined,
        maker: undefined,
        usedAt: 0,
        atWork: undefined,
        moments: new Set(),
        pieces: new Map(),
      };
      this.#sources.set(key, source);
    }
    source.usedAt = this.#drawing;
    return source.facts;
  }

  /** The picture of a moment of the clip's source, or one of about then; asks for it where it is missing. */
  picture(clip: Clip, sourceMs: number): ImageBitmap | undefined {
    const source = this.#sources.get(clip.source ?? clip.id);
    const facts = source?.facts;
    if (!source || !facts) return undefined;
    const moment = facts.isStill ? 0 : sourceMs;
    const key = imageKey(facts, moment);
    const isRoom = this.#countIn(key, facts);
    const found = this.#images.get(key);
    if (found !== undefined) return found ?? undefined;
    // What would only drive out what is in sight as well is not made: it would never come to an end.
    if (isRoom) source.moments.add(moment);
    for (const time of standIns(moment)) {
      const near = this.#images.get(imageKey(facts, time));
      if (near) return near;
    }
    return undefined;
  }

  /** Peaks (0–255) of a piece of a level of the clip's source (see sound-peaks.ts); asks for them where they are missing. */
  peaks(clip: Clip, level: number, piece: number): Uint8Array | undefined {
    const source = this.#sources.get(clip.source ?? clip.id);
    const facts = source?.facts;
    if (!source || !facts?.hasSound) return undefined;
    const key = peaksKey(facts, level, piece);
    const found = this.#peaks.get(key);
    if (found === undefined) source.pieces.set(key, { level, piece });
    return found ?? undefined;
  }

  /** Another timeline: what could not be opened before may be there now. */
  contentChanged(): void {
    for (const [key, { state }] of this.#sources) if (state === 'none') this.#sources.delete(key);
  }

  /** Nobody looks any more: files are closed; what was made is kept. */
  stop(): void {
    this.#stopped = true;
    for (const source of this.#sources.values()) close(source);
    this.#sources.clear();
  }

  /** Whether all pictures of this drawing, with this one, can be kept at once. */
  #countIn(key: string, { aspect = 1 }: ClipSource): boolean {
    if (!this.#shown.has(key)) {
      this.#shown.add(key);
      this.#shownBytes += pictureHeightPx * pictureHeightPx * aspect * 4;
    }
    return this.#shownBytes <= mostPictureBytes * 0.9;
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    this.#whenIdle(() => {
      this.#scheduled = false;
      if (this.#stopped) return;
      let atWork = [...this.#sources.values()].filter((source) => source.atWork !== undefined).length;
      for (const source of this.#sources.values()) {
        if (atWork >= mostAtWork) return;
        if (source.atWork || source.usedAt !== this.#drawing || !hasWork(source)) continue;
        atWork += 1;
        void this.#work(source);
      }
    });
  }

  async #work(source: Source): Promise<void> {
    const stop = new AbortController();
    source.atWork = stop;
    let more = false;
    try {
      const isNews = source.state === 'new';
      if (!source.maker) await this.#openSource(source);
      if (isNews) more = source.facts !== undefined;
      else if (!stop.signal.aborted) more = await this.#make(source, stop.signal);
    } catch {
      // The file is not what it was, or cannot be decoded after all: the clip stays as it is.
      if (!stop.signal.aborted) {
        close(source);
        source.state = 'none';
      }
    }
    source.atWork = undefined;
    if (more && !this.#stopped) this.#onMore();
    this.#schedule();
  }

  async #openSource(source: Source): Promise<void> {
    if (source.state === 'new') source.state = 'opening';
    const maker = await this.#open(source.clipId);
    if (this.#stopped || ![...this.#sources.values()].includes(source)) {
      maker?.close();
      return;
    }
    source.maker = maker;
    source.state = maker ? 'known' : 'none';
    source.facts = maker && {
      fingerprint: maker.fingerprint,
      aspect: maker.aspect,
      isStill: maker.isStill,
      hasSound: maker.hasSound,
    };
    this.#closeOthers(source);
  }

  /** Of many sources only few stay open, however many are in sight: what is known of the others is kept. */
  #closeOthers(source: Source): void {
    const open = [...this.#sources.values()].filter(({ maker }) => maker !== undefined);
    const idle = open.filter((other) => other !== source && !other.atWork).sort((a, b) => a.usedAt - b.usedAt);
    for (const other of idle.slice(0, Math.max(0, open.length - mostOpen))) close(other);
  }

  async #make({ maker, moments, pieces }: Source, signal: AbortSignal): Promise<boolean> {
    if (!maker) return false;
    let more = false;
    const wanted = [...moments].sort((a, b) => a - b).slice(0, mostInOneGo);
    for await (const { sourceMs, image } of maker.pictures(wanted, signal)) {
      this.#images.set(imageKey(maker, sourceMs), image, image ? image.width * image.height * 4 : 64);
      moments.delete(sourceMs);
      // The first picture is worth a drawing, the others come together.
      if (!more) this.#onMore();
      more = true;
      // Another drawing may want other moments.
      if (signal.aborted || !wanted.some((ms) => moments.has(ms))) break;
    }
    // What the film has no picture for is not asked for again.
    if (!signal.aborted)
      for (const ms of wanted) if (moments.delete(ms)) this.#images.set(imageKey(maker, ms), null, 64);
    const next = signal.aborted ? undefined : pieces.entries().next().value;
    if (next) {
      const [key, { level, piece }] = next;
      const found = await maker.peaks(level, piece, signal);
      if (!signal.aborted) {
        this.#peaks.set(key, found ?? null, found?.byteLength ?? 64);
        pieces.delete(key);
        more = true;
      }
    }
    return more;
  }
}

function hasWork({ state, moments, pieces }: Source): boolean {
  return state === 'new' || (state === 'known' && (moments.size > 0 || pieces.size > 0));
}

function close(source: Source): void {
  source.atWork?.abort();
  source.maker?.close();
  source.maker = undefined;
}

function imageKey({ fingerprint }: ClipSource, sourceMs: number): string {
  return `${fingerprint}@${sourceMs}`;
}

function peaksKey({ fingerprint }: ClipSource, level: number, piece: number): string {
  return `${fingerprint}/${level}/${piece}`;
}

function afterOtherWork(work: () => void): void {
  requestIdleCallback(work, { timeout: 1_000 });
}
