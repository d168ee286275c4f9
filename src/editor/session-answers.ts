import type * as vscode from 'vscode';

import type { TurnResult } from '../conversation/turn-update.ts';
import { adviceByWord, creditsByWord, stateByWord, uploadByWord } from './answer-by-word.ts';
import { agreedFiles } from './ask-before-upload.ts';
import { chooseFile } from './choose-file.ts';
import type { Connection } from './connection.ts';
import { exportByWord } from './export-by-word.ts';
import { namedFiles } from './named-files.ts';
import type { SessionExports } from './session-exports.ts';
import type { AnsweredByWord } from './session-messages.ts';
import type { SessionTimeline } from './session-timeline.ts';
import type { SessionUploads } from './session-uploads.ts';
import type { Settings } from './settings.ts';

/** What of a session answers need that are given here. */
export interface SessionAnswersOptions {
  readonly connection: Connection;
  readonly settings: Settings;
  readonly timeline: SessionTimeline;
  readonly uploads: SessionUploads;
  readonly exports: SessionExports;
  /** Lets the person choose files; empty where they chose none. */
  readonly pickFiles: () => Promise<readonly vscode.Uri[]>;
}

/** Makes the function that answers what is answered in a session without the service's model. */
export function sessionAnswers({
  connection,
  settings,
  timeline,
  uploads,
  exports,
  pickFiles,
}: SessionAnswersOptions): (message: AnsweredByWord, signal: AbortSignal) => Promise<TurnResult> {
  return async ({ route, text, mayAsk }, signal) => {
    switch (route) {
      case 'export':
        return exportByWord({ text, isByPerson: mayAsk }, settings.exportFolder, (wish) => exports.start(wish, signal));
      case 'advice':
        return adviceByWord(timeline.latest);
      case 'credits':
        return creditsByWord(connection, signal);
      case 'state':
        return stateByWord(await timeline.refresh(signal));
      case 'upload':
        return uploadByWord(
          await agreedFiles(await namedFiles(text, mayAsk ? chooseFile : undefined, signal), mayAsk, signal),
          mayAsk ? pickFiles : undefined,
          (targets) => uploads.upload(targets, signal),
          signal,
        );
    }
  };
}
