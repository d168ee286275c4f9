import * as vscode from 'vscode';

import type { NextStep } from '../../client/next-step.ts';
import { plainLines, plainText } from '../../client/plain-text.ts';
import { plainWindow } from './plain-window.ts';

/** More buttons than this do not fit on a notification. */
const mostButtons = 3;
/** Characters of a button. */
const longestButton = 60;

/** Shows a sentence with its next steps as buttons; resolves with the one that was pressed. */
export async function offerSteps(
  severity: 'info' | 'error',
  sentence: string,
  steps: readonly NextStep[],
): Promise<NextStep | undefined> {
  const show = severity === 'error' ? plainWindow.showErrorMessage : plainWindow.showInformationMessage;
  const buttons = steps.slice(0, mostButtons).map((step) => ({ title: plainText(step.label, longestButton), step }));
  const picked = await show(plainText(sentence), ...buttons);
  return picked?.step;
}

/** Shows a sentence with buttons; resolves with the text of the one that was pressed. */
export async function ask(sentence: string, ...buttons: string[]): Promise<string | undefined> {
  const items = buttons.map((button) => ({ title: plainText(button, longestButton), button }));
  return (await plainWindow.showInformationMessage(plainText(sentence), ...items))?.button;
}

/** Shows a warning that nobody has to answer. */
export function warn(sentence: string): void {
  void plainWindow.showWarningMessage(plainText(sentence));
}

/** Asks in a dialog, which the window waits for; true where `button` was pressed. */
export async function confirm(sentence: string, button: string, detail?: string): Promise<boolean> {
  const yes = { title: plainText(button, longestButton) };
  const options = { modal: true, ...(detail === undefined ? {} : { detail: plainLines(detail.split('\n')) }) } as const;
  return (await plainWindow.showWarningMessage(plainText(sentence), options, yes)) === yes;
}

/** Runs `work` under a notification whose button stops it. */
export async function withStoppableProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, percent?: number) => void) => Promise<T>,
  stopReason: () => Error,
): Promise<T> {
  return plainWindow.withProgress(
    { location: vscode.ProgressLocation.Notification, title: plainText(title), cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      const listener = token.onCancellationRequested(() => stop.abort(stopReason()));
      let shown = 0;
      try {
        return await work(stop.signal, (message, percent) => {
          const increment = percent === undefined ? 0 : Math.max(0, percent - shown);
          shown += increment;
          progress.report({ message: plainText(message), increment });
        });
      } finally {
        listener.dispose();
      }
    },
  );
}
