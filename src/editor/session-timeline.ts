import * as l10n from '@vscode/l10n';

import type { StateAnswer } from '../client/service-values.ts';
import { setTimeline } from '../conversation/chat-reducer.ts';
import type { VersionView } from '../protocol/messages.ts';
import { compareTimelines } from '../timeline/difference.ts';
import { readDraft } from '../timeline/read-draft.ts';
import type { Timeline, TimelineChange } from '../timeline/timeline-model.ts';
import { asDiskError } from './as-nemo-error.ts';
import type { LateChanges } from './late-changes.ts';
import type { ServiceSession } from './service-session.ts';
import { noSuchVersion } from './session-errors.ts';
import type { SessionFile } from './session-file.ts';
import type { ShownChat } from './shown-chat.ts';
import { versionViews } from './version-views.ts';

export interface SessionTimelineOptions {
  readonly file: SessionFile;
  readonly shown: ShownChat;
  readonly session: ServiceSession;
  readonly late: LateChanges;
  /** The state that was seen last. */
  readonly latest: StateAnswer;
  readonly log: (line: string) => void;
}

/** The timeline of a session as the service showed it: now, and each time before. */
export class SessionTimeline {
  readonly #file: SessionFile;
  readonly #shown: ShownChat;
  readonly #session: ServiceSession;
  readonly #late: LateChanges;
  readonly #log: (line: string) => void;
  #latest: StateAnswer;

  constructor({ file, shown, session, late, latest, log }: SessionTimelineOptions) {
    this.#file = file;
    this.#shown = shown;
    this.#session = session;
    this.#late = late;
    this.#latest = latest;
    this.#log = log;
  }

  /** The newest state of the service that was seen. */
  get latest(): StateAnswer {
    return this.#latest;
  }

  /**
   * Reads the state anew and shows it. A session that is gone is replaced. What changed since the last turn is told as that
   * turn's.
   * @param beforeMessage a message that is about to leave: what is seen now was there before it.
   * @throws NemoError what stood in the way; `diskFailed` where the draft cannot be kept.
   */
  async refresh(signal?: AbortSignal, beforeMessage?: string): Promise<StateAnswer> {
    const state = await this.#session.use((client, sessionId) => client.state(sessionId, signal), signal);
    const seen = this.#latest;
    this.#latest = state;
    this.#session.learn(state);
    await this.#late.saw(state, seen);
    await this.#file.addVersion(state, this.#shown.lastSent(beforeMessage)?.id).catch((error: unknown) => {
      throw asDiskError(error);
    });
    this.#shown.saveSoon();
    const timeline = readDraft(state.draft, state.canvasConfig);
    if (JSON.stringify(timeline) === JSON.stringify(this.#shown.state.timeline)) this.#shown.projectChanged();
    else this.#shown.do((chat) => setTimeline(chat, timeline));
    return state;
  }

  /** Keeps a state that the turn of a message saw; the turn shows it. A disk that will not take it ends no turn. */
  async sawInTurn(state: StateAnswer, messageId: string): Promise<void> {
    this.#latest = state;
    try {
      await this.#file.addVersion(state, messageId);
    } catch (error) {
      this.#log(`A draft was not kept: ${asDiskError(error).code}`);
    }
  }

  /** The service forgot the session: the timeline starts anew, and the user hears of it. */
  startAnew(): void {
    this.#late.forget();
    this.#latest = { ...this.#latest, draftText: undefined, draft: undefined, videoInfos: [], generatedMedia: [] };
    this.#shown.do((state) => setTimeline(state, emptyTimeline));
    this.#shown.notice(
      l10n.t(
        'The service no longer knows this session, so a new one was started: the timeline starts anew. The chat above stays for you to read.',
      ),
      [{ kind: 'upload', label: l10n.t('Upload Files…') }],
    );
  }

  /** The drafts that were seen before the one that is shown, the newest first. */
  async versions(): Promise<readonly VersionView[]> {
    const { version, messages } = this.#file.record;
    return versionViews(await this.#file.versions(), { shown: version, messages });
  }

  /**
   * What changed from a version to the timeline that is shown.
   * @throws NemoError `badArgument` where there is no such version.
   */
  async changesSince(version: number): Promise<readonly TimelineChange[]> {
    const before = await this.#file.findVersion(version);
    if (!before) throw noSuchVersion();
    return compareTimelines(readDraft(before.draft, before.canvasConfig), this.#shown.state.timeline);
  }
}

const emptyTimeline: Timeline = { tracks: [], durationMs: 0 };
