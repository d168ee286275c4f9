import * as vscode from 'vscode';

import type { NextStep } from '../client/next-step.ts';

/** More buttons than this do not fit on a notification. */
const mostButtons = 3;

/** Shows a sentence with its next steps as buttons; resolves with the one that was pressed. */
export async function offerSteps(
  severity: 'info' | 'error',
  sentence: string,
  steps: readonly NextStep[],
): Promise<NextStep | undefined> {
  const show = severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  const buttons = steps.slice(0, mostButtons).map((step) => ({ title: step.label, step }));
  const picked = await show(sentence, ...buttons);
  return picked?.step;
}

/** Runs `work` under a notification whose button stops it. */
export async function withStoppableProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, percent?: number) => void) => Promise<T>,
  stopReason: () => Error,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      const listener = token.onCancellationRequested(() => stop.abort(stopReason()));
      let shown = 0;
      try {
        return await work(stop.signal, (message, percent) => {
          const increment = percent === undefined ? 0 : Math.max(0, percent - shown);
          shown += increment;
          progress.report({ message, increment });
        });
      } finally {
        listener.dispose();
      }
    },
  );
}
