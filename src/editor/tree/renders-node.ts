import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { MediaPlace } from '../../protocol/messages.ts';
import { plainLines, plainText } from '../../client/plain-text.ts';
import { isOver, type RenderJob } from '../render-job.ts';
import { plainTreeItem } from '../surfaces/plain-window.ts';
import { renderName } from '../transfer-rows.ts';
import { longestLabel } from './longest-label.ts';
import type { ProjectNode } from './project-node.ts';

/** «Render jobs»: the exports of the session. */
export class RendersNode implements ProjectNode {
  readonly parent = undefined;
  #jobs: RenderNode[] = [];

  item(): vscode.TreeItem {
    const isEmpty = this.#jobs.length === 0;
    const state = isEmpty ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
    const item = plainTreeItem(plainText(l10n.t('Render jobs')), state);
    // The editor remembers by id what was folded; an empty row has nothing to unfold.
    item.id = isEmpty ? 'no renders' : 'renders';
    item.iconPath = new vscode.ThemeIcon('export');
    item.contextValue = 'renders';
    item.description = plainText(isEmpty ? l10n.t('nothing exported yet') : String(this.#jobs.length));
    item.tooltip = plainText(l10n.t('Videos that were, or are being, exported'));
    return item;
  }

  children(): readonly RenderNode[] {
    return this.#jobs;
  }

  /** Shows these jobs, the newest first; returns the nodes whose rows changed. */
  update(jobs: readonly RenderJob[]): ProjectNode[] {
    const newestFirst = [...jobs].reverse();
    const isSameList =
      newestFirst.length === this.#jobs.length && newestFirst.every(({ id }, at) => id === this.#jobs[at]?.job.id);
    if (isSameList) {
      return this.#jobs.filter((node, at) => {
        const job = newestFirst[at];
        return job && node.update(job);
      });
    }
    const known = new Map(this.#jobs.map((node) => [node.job.id, node]));
    this.#jobs = newestFirst.map((job) => {
      const node = known.get(job.id);
      node?.update(job);
      return node ?? new RenderNode(this, job);
    });
    return [this];
  }
}

/** One export. */
export class RenderNode implements ProjectNode {
  readonly parent: RendersNode;
  #job: RenderJob;

  constructor(parent: RendersNode, job: RenderJob) {
    this.parent = parent;
    this.#job = job;
  }

  get job(): RenderJob {
    return this.#job;
  }

  item(): vscode.TreeItem {
    const job = this.#job;
    const label = plainText(renderName(job), longestLabel);
    const item = plainTreeItem(label);
    item.id = `render ${job.id}`;
    item.iconPath = icon(job);
    item.contextValue = capabilities(job);
    const phase = plainText(phaseText(job));
    item.description = phase;
    const facts = job.durationSeconds === undefined ? [] : [l10n.t('{0} s', Math.round(job.durationSeconds))];
    item.tooltip = plainLines([renderName(job), job.error?.message ?? job.note ?? phase, ...facts]);
    item.accessibilityInformation = { label: plainText(`${label}, ${phase}`) };
    if (job.phase === 'done') {
      item.command = { command: 'nemo.preview', title: plainText(l10n.t('Preview')), arguments: [this.place] };
      // What a drag carries.
      if (job.file !== undefined) item.resourceUri = vscode.Uri.parse(job.file);
    }
    return item;
  }

  /** What a preview of it shows; none before it is done. */
  get place(): MediaPlace | undefined {
    return this.#job.phase === 'done' ? { kind: 'render', jobId: this.#job.id } : undefined;
  }

  children(): readonly ProjectNode[] {
    return [];
  }

  /** Shows the job as it is now; false where nothing of its row changed. */
  update(job: RenderJob): boolean {
    const before = this.#job;
    this.#job = job;
    return (
      before.phase !== job.phase ||
      before.progress !== job.progress ||
      before.file !== job.file ||
      before.url !== job.url ||
      before.note !== job.note
    );
  }
}

/** What can be done with it, for the menus in package.json. */
function capabilities(job: RenderJob): string {
  const words = ['render'];
  if (!isOver(job)) words.push('cancelable');
  else words.push('removable');
  if (job.phase === 'failed' || job.phase === 'cancelled') words.push('retryable');
  if (job.phase === 'done') words.push('previewable', 'openable', 'revealable');
  if (job.phase === 'done' && job.url !== undefined) words.push('linked');
  return words.join(' ');
}

function phaseText(job: RenderJob): string {
  switch (job.phase) {
    case 'waiting':
      return l10n.t('waiting');
    case 'submitting':
      return l10n.t('starting');
    case 'rendering':
      return l10n.t('rendering · {0} %', Math.round(job.progress));
    case 'downloading':
      return l10n.t('downloading · {0} %', Math.round(job.progress));
    case 'done':
      return l10n.t('done');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

function icon(job: RenderJob): vscode.ThemeIcon {
  switch (job.phase) {
    case 'waiting':
      return new vscode.ThemeIcon('watch');
    case 'submitting':
    case 'rendering':
      return new vscode.ThemeIcon('loading~spin');
    case 'downloading':
      return new vscode.ThemeIcon('cloud-download');
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
  }
}
