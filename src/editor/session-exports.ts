import type { StateAnswer } from '../client/service-values.ts';
import { isReadyToExport } from '../timeline/read-draft.ts';
import { chooseExportTarget, exportFormat, type WantedTarget } from './export-target.ts';
import { isOver, type RenderJob } from './render-job.ts';
import type { RenderJobs } from './render-jobs.ts';
import { nothingToExport } from './session-errors.ts';
import type { SessionFile } from './session-file.ts';
import type { SessionTimeline } from './session-timeline.ts';
import type { Settings } from './settings.ts';
import type { ShownChat } from './shown-chat.ts';
import { waitWithSignal } from './with-signal.ts';

/** What an export may be told. */
export interface ExportWish {
  readonly target?: WantedTarget;
  readonly quality?: string;
}

export interface SessionExportsOptions {
  readonly file: SessionFile;
  readonly shown: ShownChat;
  readonly timeline: SessionTimeline;
  readonly settings: Settings;
  readonly jobs: RenderJobs;
}

/** The exports of a session: each is its timeline as it was when the export was asked for. */
export class SessionExports {
  readonly #options: SessionExportsOptions;

  constructor(options: SessionExportsOptions) {
    this.#options = options;
  }

  /** One is under way, in whatever window. */
  get busy(): boolean {
    const { file, jobs } = this.#options;
    return isExporting(jobs, file.record.id);
  }

  /**
   * Queues an export of the timeline as it is now, after a question where {@link chooseExportTarget} has one.
   * @throws NemoError `nothingToExport`, `badArgument`, `cancelled`, or what stood in the way; the signal's reason.
   */
  async start(wish: ExportWish, signal?: AbortSignal): Promise<RenderJob> {
    const { file, settings, jobs } = this.#options;
    const state = await this.requireTimeline(signal);
    const name = this.name();
    const target = await waitWithSignal(chooseExportTarget(wish.target, settings.exportFolder, name), signal);
    // The question may have been open for long.
    file.refuseIfLost();
    return jobs.start({
      sessionId: state.sessionId,
      chatId: file.record.id,
      name,
      draftText: state.draftText,
      output: { format: exportFormat, quality: wish.quality ?? settings.exportQuality },
      target,
    });
  }

  /**
   * Reads the state anew, for an export.
   * @throws NemoError `nothingToExport` where no track has a clip.
   */
  async requireTimeline(signal?: AbortSignal): Promise<StateAnswer & { readonly draftText: string }> {
    const { file, timeline } = this.#options;
    file.refuseIfLost();
    const state = await timeline.refresh(signal);
    const { draftText } = state;
    if (draftText === undefined || !isReadyToExport(state.draft)) throw nothingToExport();
    return { ...state, draftText };
  }

  /** What an export is called unless somebody says otherwise: the name that the user gave, or its first clip's. */
  name(): string {
    const { record } = this.#options.file;
    if (record.named) return record.name;
    const videos = this.#options.shown.state.timeline.tracks.filter(({ kind }) => kind === 'video');
    const clips = videos.flatMap((track) => track.clips);
    const title = (clips.find(({ title }) => title !== '') ?? clips[0])?.title.replace(/\.[a-z0-9]{2,4}$/i, '');
    return title === undefined || title === '' ? record.name : title;
  }
}

/** Whether an export of the session `chatId` is under way, in whatever window. */
export function isExporting(jobs: RenderJobs, chatId: string): boolean {
  return jobs.list().some((job) => job.chatId === chatId && !isOver(job));
}
