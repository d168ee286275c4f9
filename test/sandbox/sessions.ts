import type { User } from './accounts.ts';
import type { Draft } from './draft-model.ts';
import { draftText } from './draft-model.ts';
import type { MediaItem } from './media-shelf.ts';
import type { SandboxSettings } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import { unknownSession } from './service-error.ts';

/** A project with its timeline. */
export class Session {
  readonly id: string;
  readonly taskId: string;
  readonly taskName: string;
  readonly language: string;
  readonly owner: User;
  readonly random: SeededRandom;
  readonly uploads: MediaItem[] = [];
  readonly generated: (MediaItem & { readonly prompt: string })[] = [];
  readonly analyses: {
    readonly url: string;
    readonly scenes: readonly number[];
    readonly silences: readonly (readonly [number, number])[];
  }[] = [];
  /** The first edit of a session is the one that costs. */
  editPaid = false;
  /** What was wanted when the agent asked, and the choices: the next message may be the answer. */
  asked: { readonly text: string; readonly labels: readonly string[] } | undefined;
  /** Messages that came so far. */
  turns = 0;
  readonly #settings: Readonly<SandboxSettings>;
  #draft: Draft;
  #text: string;
  #working: Promise<void> = Promise.resolve();
  readonly #before: Draft[] = [];
  /** Every draft text that the session ever had. */
  readonly #texts = new Set<string>();

  constructor(values: {
    id: string;
    taskId: string;
    taskName: string;
    language: string;
    owner: User;
    random: SeededRandom;
    settings: Readonly<SandboxSettings>;
  }) {
    this.id = values.id;
    this.taskId = values.taskId;
    this.taskName = values.taskName;
    this.language = values.language;
    this.owner = values.owner;
    this.random = values.random;
    this.#settings = values.settings;
    this.#draft = { id: this.newId(), width: 1920, height: 1080, fps: 30, canvasChosen: false, tracks: [] };
    this.#text = this.#write();
    this.#texts.add(this.#text);
  }

  readonly newId = (): bigint => this.random.longId();

  get draft(): Draft {
    return this.#draft;
  }

  /** The draft's text: the same, byte for byte, until the draft changes. */
  get draftText(): string {
    return this.#text;
  }

  /** Does work on the session when the work before it is done: turns and uploads do not get in each other's way. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#working.then(work);
    this.#working = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** The drafts of before, the newest last. */
  get earlier(): readonly Draft[] {
    return this.#before;
  }

  /** Puts a new draft in the old one's place, which `undo` brings back. */
  change(draft: Draft): void {
    this.#before.push(this.#draft);
    this.#set(draft);
  }

  /** Brings the draft before the last change back. False where there is none. */
  undo(): boolean {
    const before = this.#before.pop();
    if (before === undefined) return false;
    this.#set(before);
    return true;
  }

  /** Whether one of the drafts that were given out stands in this request, byte for byte. */
  holdsGivenDraft(body: string): boolean {
    for (const text of this.#texts) if (body.includes(text)) return true;
    return false;
  }

  /** A medium by its address. */
  mediaAt(url: string): MediaItem | undefined {
    return [...this.uploads, ...this.generated].find((item) => item.url === url);
  }

  #set(draft: Draft): void {
    this.#draft = draft;
    this.#text = this.#write();
    this.#texts.add(this.#text);
  }

  #write(): string {
    const dice = this.random.fork(`${this.id} style`);
    const omitStarts = this.#settings.omitStarts === 'mixed' ? dice.chance(0.4) : this.#settings.omitStarts;
    return draftText(this.#draft, { spaced: dice.chance(0.5), omitStarts });
  }
}

/** The sessions of all users. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #random: SeededRandom;
  readonly #settings: Readonly<SandboxSettings>;

  constructor(random: SeededRandom, settings: Readonly<SandboxSettings>) {
    this.#random = random;
    this.#settings = settings;
  }

  create(owner: User, taskName: string, language: string): Session {
    const id = String(this.#random.longId());
    const session = new Session({
      id,
      taskId: String(this.#random.longId()),
      taskName,
      language,
      owner,
      random: this.#random.fork(id),
      settings: this.#settings,
    });
    this.#sessions.set(id, session);
    return session;
  }

  /** @throws ServiceError 1002 for a session that is not there, or another's. */
  require(id: string, user: User): Session {
    const session = this.#sessions.get(id);
    if (session?.owner !== user) throw unknownSession();
    return session;
  }

  drop(id: string): void {
    this.#sessions.delete(id);
  }

  dropAll(): void {
    this.#sessions.clear();
  }
}
