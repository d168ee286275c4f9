import * as l10n from '@vscode/l10n';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

import type { VersionView } from '../../src/protocol/messages.ts';
import type { TimelineChange } from '../../src/timeline/timeline-model.ts';
import { pageLocale } from '../page-locale.ts';
import type { ViewActions } from '../view-actions.ts';

/** Against what the timeline is compared: nothing, what the last message found, or a draft that was seen before. */
export type SinceChoice = 'off' | 'lastMessage' | VersionView;

interface Host extends ReactiveControllerHost {
  readonly actions: ViewActions;
}

/**
 * «Changed since»: what was chosen, and what changed. What the last message changed is known already; of versions the
 * host is asked, again whenever the timeline is another.
 */
export class ChangedSince implements ReactiveController {
  readonly #host: Host;
  #choice: SinceChoice = 'lastMessage';
  #lastChanges: readonly TimelineChange[] | undefined;
  #ofVersion: readonly TimelineChange[] | undefined;
  #versions: readonly VersionView[] | undefined;
  /** Answers to earlier questions are of no use. */
  #question = 0;
  /** The change that people were led to last. */
  #shown: TimelineChange | undefined;
  /** Is told what to remember. */
  onChosen: (choice: SinceChoice) => void = () => undefined;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    // It has all it needs when it is told so.
  }

  get choice(): SinceChoice {
    return this.#choice;
  }

  /** Drafts to choose from, the newest first; undefined until they were asked for. */
  get versions(): readonly VersionView[] | undefined {
    return this.#versions;
  }

  /** What changed; undefined while that is not known, and where nothing is compared. */
  get changes(): readonly TimelineChange[] | undefined {
    if (this.#choice === 'off') return undefined;
    return this.#choice === 'lastMessage' ? this.#lastChanges : this.#ofVersion;
  }

  /** Goes on with what was chosen before the page was reloaded. */
  async restore(choice: SinceChoice): Promise<void> {
    this.#choice = choice;
    if (typeof choice === 'string') return;
    await this.loadVersions('ask');
    // It may be another session's by now.
    const isThere = this.#versions?.some(({ number, atMs }) => number === choice.number && atMs === choice.atMs);
    if (this.#choice !== choice) return;
    if (isThere) await this.#ask(choice, 'ask');
    else this.choose('lastMessage');
  }

  /** Compares with something else from now on. */
  choose(choice: SinceChoice): void {
    this.#choice = choice;
    this.#ofVersion = undefined;
    this.#question += 1;
    this.onChosen(choice);
    this.#host.requestUpdate();
    if (typeof choice !== 'string') void this.#ask(choice, 'send');
  }

  /** Asks which drafts there are; a refusal is shown where a person waits for them (`send`). */
  async loadVersions(how: 'send' | 'ask' = 'send'): Promise<void> {
    const answer = await this.#host.actions[how]({ type: 'listVersions' });
    if (answer.ok) this.#versions = answer.versions ?? [];
    this.#host.requestUpdate();
  }

  /** Another timeline is shown: compares again. */
  timelineChanged(): void {
    this.#shown = undefined;
    if (typeof this.#choice !== 'string') void this.#ask(this.#choice, 'ask');
  }

  /** What the last message changed. */
  setLastChanges(changes: readonly TimelineChange[] | undefined): void {
    this.#lastChanges = changes;
  }

  /** Goes from one change of a kind to the next, and from the last one to the first. */
  next(kind: TimelineChange['kind']): TimelineChange | undefined {
    const ofKind = (this.changes ?? []).filter((change) => change.kind === kind);
    const last = this.#shown ? ofKind.indexOf(this.#shown) : -1;
    this.#shown = ofKind[(last + 1) % ofKind.length];
    return this.#shown;
  }

  /** Another session: what was chosen means nothing there. */
  startOver(): void {
    this.#versions = undefined;
    if (typeof this.#choice !== 'string') this.choose('lastMessage');
  }

  async #ask(choice: VersionView, how: 'send' | 'ask'): Promise<void> {
    this.#question += 1;
    const question = this.#question;
    const answer = await this.#host.actions[how]({ type: 'changesSince', version: choice.number });
    if (question !== this.#question) return;
    if (!answer.ok) {
      this.choose('lastMessage');
      return;
    }
    this.#ofVersion = answer.changes ?? [];
    this.#host.requestUpdate();
  }
}

const sameDay = new Intl.DateTimeFormat(pageLocale(), { hour: '2-digit', minute: '2-digit' });
const otherDay = new Intl.DateTimeFormat(pageLocale(), {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** When a version was seen, as briefly as it can be told today. */
export function versionTime({ atMs }: VersionView, today = new Date()): string {
  const at = new Date(atMs);
  return (at.toDateString() === today.toDateString() ? sameDay : otherDay).format(at);
}

/** «since the last message», «since 14:05». */
export function sinceWords(choice: SinceChoice): string {
  return typeof choice === 'string' ? l10n.t('since the last message') : l10n.t('since {0}', versionTime(choice));
}
